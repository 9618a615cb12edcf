import { z } from 'zod';
import { settingsSchema, type Settings } from '../../../shared/contract/api.ts';
import type { Emit } from '../app-events.ts';
import type { Notices } from '../notices/notices.ts';
import type { OpenStore } from '../ports.ts';
import { objectKind, type Migration } from '../stores/document-kind.ts';
import { StoredDocument } from '../stores/stored-document.ts';

const DEFAULTS: Settings = {
  theme: 'system',
  resumeOnStart: false,
  notifications: true,
  keepRunning: false,
  startAtLogin: false,
  keepSecretsInFile: false,
};

/** The choices that hold for the whole application. */
export class SettingsStore {
  private readonly document: StoredDocument<Settings>;
  private readonly emit: Emit;

  constructor(openStore: OpenStore, notices: Notices, emit: Emit) {
    const about = { name: 'settings', holds: 'the settings', migrations: [withTray] };
    this.document = new StoredDocument(openStore, objectKind(about, settingsSchema, DEFAULTS), notices);
    this.emit = emit;
  }

  get current(): Settings {
    return this.document.content;
  }

  /** @throws LockstepError STORE_UNWRITABLE */
  change(changes: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings {
    this.document.save(settingsSchema.parse({ ...this.current, ...definedOf(changes) }));
    this.emit({ type: 'settings', settings: this.current });
    return this.current;
  }
}

/** Settings of before there was a tray. */
const withTray: Migration = (document) => ({
  ...document,
  content: { keepRunning: false, startAtLogin: false, ...z.looseObject({}).parse(document['content']) },
});

const definedOf = (changes: object): object =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

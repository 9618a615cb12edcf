import type { SandboxKind } from '../../shared/contract/sandbox-messages.ts';
import type { Endpoint } from '../../shared/model/endpoint.ts';
import type { SecretChanges } from '../../shared/model/profile.ts';
import type { StartEngine } from './engine-process.ts';

/** One JSON document on disk, readable by its owner only. electron-store on the desktop, conf in the browser host. */
export interface DocumentStore {
  /** The file, for messages. */
  readonly path: string;
  /** undefined when nothing was written yet. @throws when the file is there but is no JSON object */
  read(): unknown;
  /** Replaces the file as a whole. */
  write(document: object): void;
}

/** Opens the document of that name, such as `profiles`, without reading it. */
export type OpenStore = (name: string) => DocumentStore;

/** Encrypts with a key that the system's keychain holds. */
export interface SecretBox {
  seal(secret: string): string;
  /** @throws when it was sealed by another account or machine */
  open(sealed: string): string;
}

/** A message outside the page, such as a desktop notification. */
export interface Notification {
  readonly title: string;
  readonly body: string;
  readonly taskId: string;
}

/** Servers of our own, with data, and a writer on the source. */
export interface Sandbox {
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** Calls the listener when the servers are gone. */
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

/** What the host itself was given for a task, as by its environment; empty where it has nothing for that server. */
export type GivenSecrets = (taskId: string, side: 'source' | 'target') => SecretChanges;

/** What the backend needs of its host. */
export interface BackendPorts {
  readonly host: 'desktop' | 'browser';
  readonly version: string;
  readonly platform: string;
  readonly startEngine: StartEngine;
  readonly openStore: OpenStore;
  /** For logs of events: a folder that exists and belongs to the user alone. */
  readonly dataDir: string;
  /** For what hosts of this account, and its command line, share. */
  readonly sharedDir: string;
  /** undefined where the system offers no keychain. */
  readonly secretBox: SecretBox | undefined;
  /** undefined where secrets are entered on a page alone. */
  readonly givenSecrets?: GivenSecrets | undefined;
  readonly defaultSpoolDir: string;
  /** undefined where there is no redis-server. */
  readonly startSandbox: ((kind: SandboxKind) => Promise<Sandbox>) | undefined;
  readonly notify: (notification: Notification) => void;
  /** Makes a PDF of a page that needs nothing else; undefined where its user's own browser prints. */
  readonly printPage: ((html: string) => Promise<Uint8Array>) | undefined;
}

import { formatCount } from '../../../shared/format/numbers.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import {
  DEFAULT_SLACK_SECONDS,
  draftSchema,
  emptyDraft,
  OF_A_SERVER,
  type Draft,
  type EndpointForm,
  type SecretChanges,
} from '../../../shared/model/profile.ts';
import { RequestError } from '../../../shared/contract/request-error.ts';
import { freshId } from '../ids.ts';
import type { Notices } from '../notices/notices.ts';
import type { OpenStore } from '../ports.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { fillingIn, fillingInServers, listKind } from '../stores/document-kind.ts';
import { SoonWriter } from '../stores/soon-writer.ts';
import { StoredDocument } from '../stores/stored-document.ts';

/** One more removes the one that was changed longest ago. */
export const MOST_DRAFTS = 50;

export interface DraftsOptions {
  readonly openStore: OpenStore;
  readonly notices: Notices;
  readonly vault: SecretVault;
  /** Told of a draft that was changed, and whether secrets of it were; undefined when it was removed. */
  readonly onChange: (id: string, draft: Draft | undefined, changedSecrets: readonly string[]) => void;
}

/** Set-ups that are not finished. */
export class Drafts {
  private readonly options: DraftsOptions;
  private readonly document: StoredDocument<readonly Draft[]>;
  private readonly writer: SoonWriter<readonly Draft[]>;
  private drafts: readonly Draft[];
  /** False when some of the stored drafts could not be read. */
  readonly whole: boolean;

  constructor(options: DraftsOptions) {
    this.options = options;
    const about = {
      name: 'drafts',
      holds: 'the unfinished set-ups',
      migrations: [
        fillingIn({ functions: 'fail', expirySlackSeconds: DEFAULT_SLACK_SECONDS, importMode: 'leave' }),
        fillingInServers({ addressMap: '' }),
        fillingInServers(OF_A_SERVER),
        fillingIn({ joins: null }),
        fillingIn({ databaseMap: [] }),
        fillingIn({ readFrom: 'primaries' }),
        fillingIn({ purpose: 'synchronise' }),
      ],
    };
    this.document = new StoredDocument(options.openStore, listKind(about, draftSchema), options.notices);
    this.writer = new SoonWriter((drafts) => this.document.save(drafts));
    this.whole = this.document.whole;
    this.drafts = this.document.content.map((draft) => this.withKnownSecrets(draft));
  }

  /** The one that was changed last comes first. */
  list(): Draft[] {
    return [...this.drafts].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  }

  /** @throws LockstepError NOT_FOUND */
  get(id: string): Draft {
    const draft = this.drafts.find((one) => one.id === id);
    if (!draft) throw new LockstepError('NOT_FOUND', `set-up ${id}`);
    return draft;
  }

  /** `fill` may store secrets for the draft that it makes of an empty one. @throws LockstepError STORE_UNWRITABLE, and as `fill` does */
  async create(fill: (empty: Draft) => Draft = (empty) => empty): Promise<Draft> {
    const draft = this.withKnownSecrets(fill(emptyDraft(freshId(), Date.now())));
    const kept = this.list().slice(0, MOST_DRAFTS - 1);
    const removed = this.list().slice(MOST_DRAFTS - 1);
    for (const { id, name } of removed) {
      this.options.vault.forget([id]);
      this.options.notices.add(
        'info',
        'A set-up was removed',
        `There is room for ${formatCount(MOST_DRAFTS)}: “${name || 'without a name'}” was changed longest ago.`,
      );
      this.options.onChange(id, undefined, []);
    }
    await this.store([...kept, draft]);
    return draft;
  }

  /** Stores the draft and the changes of its secrets. @throws LockstepError NOT_FOUND, STORE_UNWRITABLE */
  async save(draft: Draft, secrets: Readonly<Record<string, SecretChanges>>): Promise<Draft> {
    const before = this.get(draft.id);
    requireDistinctIds(draft);
    const endpoints = [draft.source, ...draft.targets];
    const changed = endpoints.filter(({ id }) => Object.keys(secrets[id] ?? {}).length > 0);
    const gone = before.targets.filter(({ id }) => endpoints.every((endpoint) => endpoint.id !== id));
    this.options.vault.change([
      ...changed.map((server) => ({
        ...{ owner: draft.id, endpoint: server.id, server },
        changes: secrets[server.id]!,
      })),
      ...gone.map((server) => ({
        ...{ owner: draft.id, endpoint: server.id, server },
        changes: { password: null, key: null, sentinelPassword: null },
      })),
    ]);
    const { joins, purpose } = before;
    const saved = { ...this.withKnownSecrets(draft), joins, purpose, updatedAtMs: Date.now() };
    const stored = this.store(this.drafts.map((one) => (one.id === draft.id ? saved : one)));
    this.options.onChange(
      draft.id,
      saved,
      changed.map(({ id }) => id),
    );
    await stored;
    return saved;
  }

  /** @throws LockstepError NOT_FOUND, STORE_UNWRITABLE */
  async delete(id: string): Promise<void> {
    this.get(id);
    // At once and before anything can fail: whoever asks next does not find it, so no task is made of it twice.
    const stored = this.store(this.drafts.filter((one) => one.id !== id));
    this.options.onChange(id, undefined, []);
    await stored;
    this.options.vault.forget([id]);
  }

  /** Writes what is still to be written. */
  close(): void {
    this.writer.flush();
  }

  private store(drafts: readonly Draft[]): Promise<void> {
    this.drafts = drafts;
    return this.writer.write(drafts);
  }

  /** Whether there is a secret for an address as it is now is what the vault says, never the page. */
  private withKnownSecrets(draft: Draft): Draft {
    const known = (endpoint: EndpointForm): EndpointForm => {
      const secrets = this.options.vault.get(draft.id, endpoint.id, endpoint);
      return {
        ...endpoint,
        hasPassword: secrets.password !== undefined,
        hasKey: secrets.key !== undefined,
        hasSentinelPassword: secrets.sentinelPassword !== undefined,
      };
    };
    return { ...draft, source: known(draft.source), targets: draft.targets.map(known) };
  }
}

/** Two servers of one id would share their passwords. */
function requireDistinctIds({ source, targets }: Draft): void {
  const ids = [source.id, ...targets.map(({ id }) => id)];
  if (source.id === 'source' && new Set(ids).size === ids.length) return;
  throw new RequestError('REQUEST_INVALID', 'each server of a set-up needs an id of its own', [
    { path: 'draft.targets', message: 'must have ids that differ' },
  ]);
}

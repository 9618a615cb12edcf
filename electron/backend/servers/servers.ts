import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import { SECRET_FLAG, SECRETS, secretsOf } from '../../../shared/model/server-secrets.ts';
import {
  MOST_SERVERS,
  savedServerSchema,
  SERVER_ENDPOINT,
  type NewServer,
  type SavedServer,
  type ServerLook,
  type ServerView,
} from '../../../shared/servers/saved-server.ts';
import { serverProblems } from '../../../shared/servers/server-problems.ts';
import type { EndpointView, SecretChanges } from '../../../shared/model/profile.ts';
import type { ValidParams } from '../api.ts';
import type { Emit } from '../app-events.ts';
import { freshId } from '../ids.ts';
import type { Notices } from '../notices/notices.ts';
import type { OpenStore } from '../ports.ts';
import { requireFitting } from '../require-fitting.ts';
import { destinationOf } from '../secrets/destination.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { Secrets } from '../secrets/secrets-document.ts';
import { listKind } from '../stores/document-kind.ts';
import { StoredDocument } from '../stores/stored-document.ts';

export interface ServersOptions {
  readonly openStore: OpenStore;
  readonly notices: Notices;
  readonly vault: SecretVault;
  readonly emit: Emit;
}

/** The book of servers: what somebody has saved of them, and what the last look at each has found. */
export class Servers {
  private readonly vault: SecretVault;
  private readonly emit: Emit;
  private readonly document: StoredDocument<readonly SavedServer[]>;

  constructor({ openStore, notices, vault, emit }: ServersOptions) {
    this.vault = vault;
    this.emit = emit;
    const about = { name: 'servers', holds: 'the saved servers', migrations: [] };
    this.document = new StoredDocument(openStore, listKind(about, savedServerSchema), notices);
  }

  /** False when some of the stored servers could not be read. */
  get whole(): boolean {
    return this.document.whole;
  }

  get all(): readonly SavedServer[] {
    return this.document.content;
  }

  list(): ServerView[] {
    return this.all.map((server) => this.view(server));
  }

  /** @throws LockstepError NOT_FOUND */
  get(id: string): SavedServer {
    const server = this.all.find((one) => one.id === id);
    if (!server) throw new LockstepError('NOT_FOUND', `saved server ${id}`);
    return server;
  }

  secretsOf({ id, endpoint }: SavedServer): Secrets {
    return this.vault.get(id, SERVER_ENDPOINT, endpoint);
  }

  view(server: SavedServer): ServerView {
    const known = this.secretsOf(server);
    const flags = SECRETS.map((secret) => [SECRET_FLAG[secret], known[secret] !== undefined] as const);
    const missing = secretsOf(server.endpoint).some((secret) => known[secret] === undefined);
    return {
      ...server,
      endpoint: { ...server.endpoint, ...Object.fromEntries(flags) },
      secretsMissing: missing,
    };
  }

  /** @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, STORE_UNWRITABLE */
  save(form: ValidParams<'server.save'>['server'], changes: SecretChanges): ServerView {
    const before = form.id === undefined ? undefined : this.get(form.id);
    const others = this.all.filter(({ id }) => id !== form.id);
    // The private key of a certificate may be one that is stored already.
    const known = this.withFlags(before, form.endpoint, changes);
    requireFitting(
      serverProblems(
        { ...form, endpoint: known },
        others.map(({ name }) => name),
      ),
    );
    const endpoint = viewOf(known, SERVER_ENDPOINT);
    const moved = before === undefined || destinationOf(before.endpoint) !== destinationOf(endpoint);
    const server = savedServerSchema.parse({
      ...form,
      id: before?.id ?? freshId(),
      endpoint,
      look: moved ? null : before.look,
    });
    this.put([server], [changes]);
    return this.view(server);
  }

  /** Adds servers that have been looked through. @throws LockstepError STORE_UNWRITABLE */
  add(servers: readonly NewServer[]): SavedServer[] {
    const added = servers.map(({ secrets: _, ...entry }) =>
      savedServerSchema.parse({ ...entry, id: freshId(), look: null }),
    );
    this.put(
      added,
      servers.map(({ secrets }) => secrets),
    );
    return added;
  }

  /** A look has ended; what the last one that reached it found stays. Of a server that is gone, or is another by now, nothing is kept. */
  looked(of: SavedServer, look: Pick<ServerLook, 'atMs' | 'fault' | 'found'>): void {
    const now = this.all.find(({ id }) => id === of.id);
    if (!now || destinationOf(now.endpoint) !== destinationOf(of.endpoint)) return;
    this.store([{ ...now, look: { ...look, found: look.found ?? now.look?.found ?? null } }]);
  }

  /** @throws LockstepError NOT_FOUND, STORE_UNWRITABLE */
  delete(id: string): void {
    this.get(id);
    this.document.save(this.all.filter((one) => one.id !== id));
    this.vault.forget([id]);
    this.emit({ type: 'servers' });
  }

  private withFlags<E extends EndpointView | ValidParams<'server.save'>['server']['endpoint']>(
    before: SavedServer | undefined,
    endpoint: E,
    changes: SecretChanges,
  ): E {
    const same = before !== undefined && destinationOf(before.endpoint) === destinationOf(endpoint);
    const flags = SECRETS.map((secret) => {
      const given = changes[secret];
      const flag = SECRET_FLAG[secret];
      // One that this machine has forgotten is still one that the server has.
      return [flag, given === undefined ? same && before.endpoint[flag] : Boolean(given)] as const;
    });
    return { ...endpoint, ...Object.fromEntries(flags) };
  }

  /** Both or neither: secrets without their server would be nobody's. */
  private put(servers: readonly SavedServer[], changes: readonly SecretChanges[]): void {
    const takeBack = this.vault.change(
      servers.map((server, index) => ({
        ...{ owner: server.id, endpoint: SERVER_ENDPOINT, server: server.endpoint },
        changes: changes[index]!,
      })),
    );
    try {
      this.store(servers);
    } catch (error) {
      takeBack();
      throw error;
    }
  }

  /** @throws RequestError REQUEST_INVALID where there is no room; LockstepError STORE_UNWRITABLE */
  private store(servers: readonly SavedServer[]): void {
    const byId = new Map(this.all.map((one) => [one.id, one]));
    for (const server of servers) byId.set(server.id, server);
    if (byId.size > MOST_SERVERS && byId.size > this.all.length)
      requireFitting([{ path: '', message: `There is room for ${MOST_SERVERS} servers.` }]);
    this.document.save([...byId.values()]);
    this.emit({ type: 'servers' });
  }
}

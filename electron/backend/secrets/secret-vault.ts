import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { SecretChanges } from '../../../shared/model/profile.ts';
import { hasChanges, SECRETS } from '../../../shared/model/server-secrets.ts';
import type { Notices } from '../notices/notices.ts';
import type { SecretBox } from '../ports.ts';
import type { StoredDocument } from '../stores/stored-document.ts';
import { destinationOf, type Destination } from './destination.ts';
import { secretsSchema, type SecretEntry, type Secrets } from './secrets-document.ts';

export interface SecretVaultOptions {
  readonly document: StoredDocument<readonly SecretEntry[]>;
  readonly box: SecretBox | undefined;
  readonly notices: Notices;
  /** Whether secrets may be kept as they are, in a file of the user's own, where there is no keychain. */
  readonly keepInFile: boolean;
}

/** Changes of the secrets of one server, which are meant for it as it is now. */
export interface OwnedChanges {
  readonly owner: string;
  readonly endpoint: string;
  readonly server: Destination;
  readonly changes: SecretChanges;
}

interface Owned {
  readonly owner: string;
  readonly endpoint: string;
  readonly destination: string;
  readonly secrets: Secrets;
}

/**
 * Passwords and private keys by owner (a draft or a task) and server. They are always in memory; on disk they are sealed,
 * or, without a keychain, not at all unless the user has allowed a file.
 */
export class SecretVault {
  private readonly document: StoredDocument<readonly SecretEntry[]>;
  private readonly box: SecretBox | undefined;
  private keepInFile: boolean;
  private owned: ReadonlyMap<string, Owned>;
  /** Sealed entries that cannot be opened now, perhaps since the keychain is locked: they stay as they are. */
  private readonly unopened = new Map<string, SecretEntry>();

  constructor(options: SecretVaultOptions) {
    this.document = options.document;
    this.box = options.box;
    this.keepInFile = options.keepInFile;
    const owned = new Map<string, Owned>();
    for (const entry of this.document.content) {
      const secrets = this.open(entry);
      const id = idOf(entry.owner, entry.endpoint);
      const { owner, endpoint, destination } = entry;
      if (secrets) owned.set(id, { owner, endpoint, destination, secrets });
      else this.unopened.set(id, entry);
    }
    this.owned = owned;
    this.sealPlain();
    if (this.unopened.size > 0) {
      options.notices.add(
        'warning',
        'Some stored passwords cannot be opened',
        'The keychain of this system is not available or holds another key. The tasks they belong to ask for them again.',
      );
    }
  }

  /** Where a keychain came up since, or the setting was lost with its file, no password is left in the file as it is. */
  private sealPlain(): void {
    const isOpen = this.document.content.some(({ plain }) => plain !== undefined);
    if (!isOpen || (this.keepInFile && !this.box)) return;
    try {
      this.document.save(this.entries(this.owned, this.unopened.values(), this.keepInFile));
    } catch (error) {
      // Told as a notice.
      if (!(error instanceof LockstepError)) throw error;
    }
  }

  /** What was entered for a server with this very address and these TLS settings; nothing of what was for another. */
  get(owner: string, endpoint: string, server: Destination): Secrets {
    const found = this.owned.get(idOf(owner, endpoint));
    return found?.destination === destinationOf(server) ? found.secrets : {};
  }

  /**
   * Left out keeps what is stored for this server, null or an empty text removes it. What was for another address goes.
   * @returns takes it all back
   * @throws LockstepError STORE_UNWRITABLE, as what it returns does
   */
  change(all: readonly OwnedChanges[]): () => void {
    const before = this.owned;
    const next = new Map(before);
    const replaced = new Set<string>();
    for (const { owner, endpoint, server, changes } of all) {
      if (!hasChanges(changes)) continue;
      const id = idOf(owner, endpoint);
      const secrets = withChanges(this.get(owner, endpoint, server), changes);
      const destination = destinationOf(server);
      if (Object.keys(secrets).length > 0) next.set(id, { owner, endpoint, destination, secrets });
      else next.delete(id);
      replaced.add(id);
    }
    if (replaced.size === 0) return () => undefined;
    this.replace(next, replaced);
    return () => {
      const back = new Map(this.owned);
      for (const id of replaced) {
        const was = before.get(id);
        if (was) back.set(id, was);
        else back.delete(id);
      }
      this.replace(back, replaced);
    };
  }

  /** @throws LockstepError STORE_UNWRITABLE */
  forget(owners: readonly string[]): void {
    this.retain((owner) => !owners.includes(owner));
  }

  /** Forgets those of every other owner. @throws LockstepError STORE_UNWRITABLE */
  retain(isKnown: (owner: string) => boolean): void {
    const next = new Map([...this.owned].filter(([, { owner }]) => isKnown(owner)));
    const gone = new Set([...this.unopened].filter(([, { owner }]) => !isKnown(owner)).map(([id]) => id));
    if (next.size < this.owned.size || gone.size > 0) this.replace(next, gone);
  }

  /** Writes what is in memory to the file, or removes it from there. @throws LockstepError STORE_UNWRITABLE */
  setKeepInFile(keep: boolean): void {
    if (keep === this.keepInFile) return;
    this.document.save(this.entries(this.owned, this.unopened.values(), keep));
    this.keepInFile = keep;
  }

  private replace(next: ReadonlyMap<string, Owned>, noLongerUnopened: ReadonlySet<string>): void {
    const unopened = [...this.unopened].filter(([id]) => !noLongerUnopened.has(id));
    const entries = this.entries(
      next,
      unopened.map(([, entry]) => entry),
      this.keepInFile,
    );
    // Without keychain and file there is nothing to write, and no file is to appear.
    if (entries.length > 0 || this.document.content.length > 0) this.document.save(entries);
    this.owned = next;
    for (const id of noLongerUnopened) this.unopened.delete(id);
  }

  private entries(
    owned: ReadonlyMap<string, Owned>,
    unopened: Iterable<SecretEntry>,
    keepInFile: boolean,
  ): SecretEntry[] {
    const entries = [...unopened];
    for (const { secrets, ...place } of owned.values()) {
      if (this.box) entries.push({ ...place, sealed: this.box.seal(JSON.stringify(secrets)) });
      else if (keepInFile) entries.push({ ...place, plain: secrets });
    }
    return entries;
  }

  private open({ sealed, plain }: SecretEntry): Secrets | undefined {
    if (plain) return plain;
    if (sealed === undefined || !this.box) return undefined;
    try {
      return secretsSchema.parse(JSON.parse(this.box.open(sealed)));
    } catch {
      return undefined;
    }
  }
}

const idOf = (owner: string, endpoint: string): string => `${owner}/${endpoint}`;

/** What is stored of a server's secrets after changes. */
export function withChanges(secrets: Secrets, changes: SecretChanges): Secrets {
  const next: { -readonly [S in keyof Secrets]: string } = {};
  for (const secret of SECRETS) {
    const value = changes[secret] === undefined ? secrets[secret] : changes[secret];
    if (value) next[secret] = value;
  }
  return next;
}

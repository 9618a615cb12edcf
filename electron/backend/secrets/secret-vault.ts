import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { SecretChanges } from '../../../shared/model/profile.ts';
import type { Notices } from '../notices/notices.ts';
import type { SecretBox } from '../ports.ts';
import type { StoredDocument } from '../stores/stored-document.ts';
import { secretsSchema, type SecretEntry, type Secrets } from './secrets-document.ts';

export interface SecretVaultOptions {
  readonly document: StoredDocument<readonly SecretEntry[]>;
  readonly box: SecretBox | undefined;
  readonly notices: Notices;
  /** Whether secrets may be kept as they are, in a file of the user's own, where there is no keychain. */
  readonly keepInFile: boolean;
}

/** Changes of the secrets of one server. */
export interface OwnedChanges {
  readonly owner: string;
  readonly endpoint: string;
  readonly changes: SecretChanges;
}

interface Owned {
  readonly owner: string;
  readonly endpoint: string;
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
      if (secrets) owned.set(id, { owner: entry.owner, endpoint: entry.endpoint, secrets });
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

  get(owner: string, endpoint: string): Secrets {
    return this.owned.get(idOf(owner, endpoint))?.secrets ?? {};
  }

  /** Left out keeps what is stored, null or an empty text removes it. @throws LockstepError STORE_UNWRITABLE */
  change(all: readonly OwnedChanges[]): void {
    const next = new Map(this.owned);
    const replaced: string[] = [];
    for (const { owner, endpoint, changes } of all) {
      if (changes.password === undefined && changes.key === undefined) continue;
      const id = idOf(owner, endpoint);
      const secrets = withChanges(next.get(id)?.secrets ?? {}, changes);
      if (Object.keys(secrets).length > 0) next.set(id, { owner, endpoint, secrets });
      else next.delete(id);
      replaced.push(id);
    }
    if (replaced.length > 0) this.replace(next, new Set(replaced));
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
    for (const { owner, endpoint, secrets } of owned.values()) {
      if (this.box) entries.push({ owner, endpoint, sealed: this.box.seal(JSON.stringify(secrets)) });
      else if (keepInFile) entries.push({ owner, endpoint, plain: secrets });
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

function withChanges(secrets: Secrets, { password, key }: SecretChanges): Secrets {
  const next: { password?: string; key?: string } = {};
  const newPassword = password === undefined ? secrets.password : password;
  const newKey = key === undefined ? secrets.key : key;
  if (newPassword) next.password = newPassword;
  if (newKey) next.key = newKey;
  return next;
}

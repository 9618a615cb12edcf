import { NewCopyNeeded } from './give-up.ts';
import type { NamedKey } from './key-groups.ts';

const MOST_KEYS = 500_000;

/** Keys whose expiry came as a time that remained when the command was run, and is not known any more. */
export class LateExpiries {
  private readonly keys = new Map<number, Set<string>>();
  private size = 0;

  has(db: number, key: string): boolean {
    return this.keys.get(db)?.has(key) ?? false;
  }

  /** @throws NewCopyNeeded when there are too many */
  set(db: number, key: string, late: boolean): void {
    let keys = this.keys.get(db);
    if (!keys) this.keys.set(db, (keys = new Set()));
    this.size -= keys.size;
    if (late) keys.add(key);
    else keys.delete(key);
    this.size += keys.size;
    if (this.size > MOST_KEYS)
      throw new NewCopyNeeded(`the source has given more than ${MOST_KEYS} keys an expiry`);
  }

  *all(): Generator<NamedKey> {
    for (const [db, keys] of this.keys) for (const key of keys) yield { db, key };
  }
}

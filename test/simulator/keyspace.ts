export type Value =
  | { readonly kind: 'string'; bytes: string }
  | { readonly kind: 'list'; items: string[] }
  | { readonly kind: 'hash'; readonly fields: Map<string, string> }
  | { readonly kind: 'set'; readonly members: Set<string> };

export interface Entry {
  value: Value;
  /** Unix ms; undefined for none. */
  expireAtMs: number | undefined;
}

export type Database = Map<string, Entry>;

export const copyOf = (value: Value): Value => {
  if (value.kind === 'string') return { ...value };
  if (value.kind === 'list') return { kind: 'list', items: [...value.items] };
  if (value.kind === 'set') return { kind: 'set', members: new Set(value.members) };
  return { kind: 'hash', fields: new Map(value.fields) };
};

/** FNV-1a, for an order of keys that does not change as others come and go. */
export function orderOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 1;
}

/** All databases of a server. What has expired is taken out by whoever looks, since only the server knows its clock. */
export class Keyspace {
  readonly databases = new Map<number, Database>();

  db(index: number): Database {
    let database = this.databases.get(index);
    if (!database) this.databases.set(index, (database = new Map()));
    return database;
  }

  /** What was changed since the last standing: keys that are there, those that came in between in their order, and keys that went meanwhile. */
  private readonly changes = new Map<number, { readonly written: Set<string>; readonly lost: Set<string> }>();
  private last: Keyspace | undefined;

  /** @returns whether it was there */
  remove(index: number, key: string): boolean {
    const there = this.db(index).delete(key);
    if (!there) return false;
    const { written, lost } = this.changesOf(index);
    written.delete(key);
    lost.add(key);
    return true;
  }

  /** A key has been written to, or has gone. @returns what stands there */
  touched(index: number, key: string): Entry | undefined {
    const entry = this.db(index).get(key);
    if (entry) this.changesOf(index).written.add(key);
    return entry;
  }

  private changesOf(index: number): { readonly written: Set<string>; readonly lost: Set<string> } {
    let changes = this.changes.get(index);
    if (!changes) this.changes.set(index, (changes = { written: new Set(), lost: new Set() }));
    return changes;
  }

  /** As it is now, for somebody who looks at it, or clones it: it shares what has not changed with the one before. */
  standing(): Keyspace {
    const before = this.last;
    if (!before) this.last = this.clone();
    else if (this.changes.size > 0) this.last = this.standingAfter(before);
    this.changes.clear();
    return this.last!;
  }

  private standingAfter(before: Keyspace): Keyspace {
    const standing = new Keyspace();
    for (const [index, database] of this.databases) {
      const changes = this.changes.get(index);
      const was = before.databases.get(index) ?? new Map<string, Entry>();
      if (!changes) {
        standing.databases.set(index, was);
        continue;
      }
      const copy = new Map(was);
      for (const key of changes.lost) copy.delete(key);
      for (const key of changes.written) {
        const { value, expireAtMs } = database.get(key)!;
        copy.set(key, { value: copyOf(value), expireAtMs });
      }
      standing.databases.set(index, copy);
    }
    return standing;
  }

  /** Nothing is left in it. */
  clear(): void {
    this.databases.clear();
    this.changes.clear();
    this.last = undefined;
  }

  clone(): Keyspace {
    const copy = new Keyspace();
    for (const [index, database] of this.databases)
      for (const [key, { value, expireAtMs }] of database)
        copy.db(index).set(key, { value: copyOf(value), expireAtMs });
    return copy;
  }

  /** One page of SCAN: what was there from the beginning to the end of a walk comes at least once. */
  scan(index: number, cursor: number, count: number): { readonly next: number; readonly keys: string[] } {
    const sorted = [...this.db(index).keys()]
      .map((key) => ({ key, order: orderOf(key) }))
      .filter(({ order }) => order >= cursor)
      .sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
    let taken = Math.min(count, sorted.length);
    while (taken > 0 && taken < sorted.length && sorted[taken]!.order === sorted[taken - 1]!.order)
      taken += 1;
    const keys = sorted.slice(0, taken).map(({ key }) => key);
    return { next: taken < sorted.length ? sorted[taken]!.order : 0, keys };
  }
}

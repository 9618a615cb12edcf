export type Value =
  | { readonly kind: 'string'; bytes: string }
  | { readonly kind: 'list'; items: string[] }
  | { readonly kind: 'hash'; readonly fields: Map<string, string> };

export interface Entry {
  value: Value;
  /** Unix ms; undefined for none. */
  expireAtMs: number | undefined;
}

export type Database = Map<string, Entry>;

export const copyOf = (value: Value): Value => {
  if (value.kind === 'string') return { ...value };
  if (value.kind === 'list') return { kind: 'list', items: [...value.items] };
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

/** A key as bytes in latin1 text, and its database. */
export interface NamedKey {
  readonly db: number;
  readonly key: string;
}

/**
 * Keys that commands use together. What is done about one key of a group must be done about all of them: a command that is left
 * out for the sake of one key would be missing for the others. Each key is known by a small number.
 */
export class KeyGroups {
  private readonly ids = new Map<number, Map<string, number>>();
  private readonly names: NamedKey[] = [];
  /** Each key's way to the first key of its group. */
  private readonly up: number[] = [];
  private groups: Map<number, number[]> | undefined;

  /** How many keys are known. */
  get size(): number {
    return this.up.length;
  }

  idOf(db: number, key: string): number {
    let ids = this.ids.get(db);
    if (!ids) this.ids.set(db, (ids = new Map()));
    let id = ids.get(key);
    if (id === undefined) {
      id = this.up.length;
      ids.set(key, id);
      this.up.push(id);
      this.names.push({ db, key });
    }
    return id;
  }

  nameOf(id: number): NamedKey {
    return this.names[id]!;
  }

  /** These keys are used by one command. Not after `groupOf`. */
  join(ids: readonly number[]): void {
    for (let i = 1; i < ids.length; i++) this.up[this.root(ids[i]!)] = this.root(ids[0]!);
  }

  /** All keys of a key's group. A key that came to be known after the first call is alone. */
  groupOf(id: number): readonly number[] {
    if (!this.groups) {
      this.groups = new Map();
      for (let other = 0; other < this.up.length; other++) {
        const root = this.root(other);
        const group = this.groups.get(root);
        if (group) group.push(other);
        else this.groups.set(root, [other]);
      }
    }
    return this.groups.get(this.root(id)) ?? [id];
  }

  private root(id: number): number {
    const { up } = this;
    let at = id;
    while (up[at] !== at) {
      up[at] = up[up[at]!]!;
      at = up[at]!;
    }
    return at;
  }
}

/**
 * Keys that commands of the stream use together. What is done about one key of a group must be done about all of them: a command
 * that is left out for the sake of one key would be missing for the others.
 * Keys are bytes as latin1 text, per database.
 */
export class KeyGroups {
  private readonly nodes = new Map<number, Map<string, number>>();
  /** Each node's way to the first node of its group. */
  private readonly up: number[] = [];
  private readonly marked: boolean[] = [];

  /** How many keys are known, marked or not. */
  get size(): number {
    return this.up.length;
  }

  /** What stands for a key here. */
  idOf(db: number, key: string): number {
    let names = this.nodes.get(db);
    if (!names) this.nodes.set(db, (names = new Map()));
    let node = names.get(key);
    if (node === undefined) {
      node = this.up.length;
      names.set(key, node);
      this.up.push(node);
      this.marked.push(false);
    }
    return node;
  }

  /** These keys are used by one command. */
  join(ids: readonly number[]): void {
    for (let i = 1; i < ids.length; i++) this.unite(ids[0]!, ids[i]!);
  }

  /** Marks the group of a key. */
  mark(id: number): void {
    this.marked[this.root(id)] = true;
  }

  /** The keys of all marked groups, per database. */
  markedKeys(): Map<number, Set<string>> {
    const result = new Map<number, Set<string>>();
    for (const [db, names] of this.nodes) {
      const keys = new Set<string>();
      for (const [key, node] of names) if (this.marked[this.root(node)]) keys.add(key);
      if (keys.size > 0) result.set(db, keys);
    }
    return result;
  }

  private root(node: number): number {
    const { up } = this;
    let at = node;
    while (up[at] !== at) {
      up[at] = up[up[at]!]!;
      at = up[at]!;
    }
    return at;
  }

  private unite(a: number, b: number): void {
    const from = this.root(a);
    const to = this.root(b);
    if (from === to) return;
    this.up[from] = to;
    if (this.marked[from]) this.marked[to] = true;
  }
}

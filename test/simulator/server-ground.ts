import type { Ground } from './data-commands.ts';
import type { Entry, Keyspace } from './keyspace.ts';

/** A change that goes to replicas, as a command. */
export interface Effect {
  readonly db: number;
  readonly words: readonly string[];
  /** A key has expired. */
  readonly ofExpiry?: boolean;
}

/** The server whose data it is. */
interface Server {
  readonly keyspace: Keyspace;
  readonly nowMs: number;
  living(db: number, key: string): Entry | undefined;
  touched(db: number, key: string): void;
}

/** What one command after another works on. */
export class ServerGround implements Ground {
  private readonly server: Server;
  private readonly onEffect: (effect: Effect) => void;
  private db = 0;
  /** The command's effect is another than itself, or none. */
  replaced = false;

  constructor(server: Server, onEffect: (effect: Effect) => void) {
    this.server = server;
    this.onEffect = onEffect;
  }

  begin(db: number): void {
    this.db = db;
    this.replaced = false;
  }

  get nowMs(): number {
    return this.server.nowMs;
  }

  get(key: string): Entry | undefined {
    return this.server.living(this.db, key);
  }

  set(key: string, entry: Entry): void {
    this.server.keyspace.db(this.db).set(key, entry);
    this.touch(key);
  }

  delete(key: string): boolean {
    const there = this.server.keyspace.remove(this.db, key);
    this.touch(key);
    return there;
  }

  get size(): number {
    return this.server.keyspace.db(this.db).size;
  }

  scan(cursor: number, count: number): { readonly next: number; readonly keys: readonly string[] } {
    return this.server.keyspace.scan(this.db, cursor, count);
  }

  touch(key: string): void {
    this.server.touched(this.db, key);
  }

  effect(...words: readonly string[]): void {
    this.replaced = true;
    this.onEffect({ db: this.db, words });
  }

  noEffect(): void {
    this.replaced = true;
  }
}

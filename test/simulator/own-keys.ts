import { plain } from './compare.ts';
import type { Databases } from './databases.ts';
import { copyOf, Keyspace, type Entry, type Value } from './keyspace.ts';
import type { Random } from './random.ts';
import type { Side } from './side.ts';
import { slotOf } from './slots.ts';
import type { SourceModel } from './source-model.ts';
import type { TargetModel } from './target-model.ts';
import { EXPIRING, LATE_NAMES, lateName } from './writer-names.ts';

const TOOL = 'lockstep:';
const DATABASES = [0, 3, 5];
/** No history takes so long. */
const EXPIRES_IN_MS = 100_000_000;
/** A time that was carried from node to node; what the tool does to one is far more. */
const CARRIED_MS = 1000;
/** What a task says that takes all that stands on the target for the target's own. */
const TAKES_ALL =
  /holds keys already|all that stands on it stays|without the names of keys that it held before the task/;

/**
 * Keys that stand on a target before its task, which overwrites those of the source's names. One whose name the source never uses is as it
 * was to the end; one that the source has, has the source's value; and where the source used a name and has no such key any more, either
 * nothing stands there, or what stood there before.
 */
export class OwnKeys {
  private readonly entries = new Map<number, Map<string, Entry>>();
  /** Names that the source has used, by their database on the target. */
  private readonly used = new Set<string>();
  /** Those that a server has lost: gone, or back with another one. */
  private readonly lost = new Set<string>();
  private readonly target: Side<TargetModel>;
  /** A task may take keys of its own for the target's, and leaves them where the source has them no more. */
  taken = false;

  constructor(target: Side<TargetModel>) {
    this.target = target;
  }

  /** Looks what the source uses from now on. */
  follow(source: Side<SourceModel>, databases: Databases): void {
    for (const server of source.servers)
      server.onStep = (sourceDb, commands) => {
        const db = databases.targetOf(sourceDb);
        const own = db === undefined ? undefined : this.entries.get(db);
        if (!own) return;
        for (const words of commands)
          for (const word of words) if (own.has(word)) this.used.add(`${db} ${word}`);
      };
  }

  /** Puts some on the target, as if they had always been there. `tags`: as the source's names have them. */
  put(random: Random, tags: number): void {
    const { cluster } = this.target;
    for (const db of cluster ? [0] : DATABASES) {
      const own = new Map<string, Entry>();
      this.entries.set(db, own);
      for (const plainName of namesOf(random)) {
        const name = tags > 0 ? `{t${random.between(0, tags - 1)}}${plainName}` : plainName;
        const server = this.target.ownerOf(name);
        const expireAtMs = random.chance(0.4)
          ? server.nowMs + EXPIRES_IN_MS + random.between(0, 99)
          : undefined;
        own.set(name, { value: valueOf(random), expireAtMs });
        server.keyspace.db(db).set(name, { value: copyOf(own.get(name)!.value), expireAtMs });
        server.touched(db, name);
      }
    }
  }

  /** A run has said something. */
  heard(text: string): void {
    if (!TAKES_ALL.test(text)) return;
    const strange = [...this.without(this.target.keyspace).databases.values()].some((entries) =>
      [...entries.keys()].some((key) => !key.startsWith(TOOL)),
    );
    if (strange) this.taken = true;
  }

  /** Servers have lost some, as one does that slots had come to. */
  servesWhatIsLeft(): void {
    const { keyspace } = this.target;
    for (const [db, own] of this.entries)
      for (const key of own.keys()) if (!keyspace.db(db).has(key)) this.lost.add(`${db} ${key}`);
  }

  /** Somebody has emptied the target. */
  gone(): void {
    this.entries.clear();
    this.taken = false;
  }

  has(db: number, key: string): boolean {
    return this.entries.get(db)?.has(key) ?? false;
  }

  /** What stands there but for own keys that are as they were. */
  without(keyspace: Keyspace): Keyspace {
    return filtered(keyspace, (db, key, entry) => !this.isAsBefore(db, key, entry));
  }

  /** What of a target is to be compared with what it has to have of the source. */
  toCompare(keyspace: Keyspace, source: Keyspace): Keyspace {
    return filtered(
      keyspace,
      (db, key, entry) => source.db(db).has(key) || !(this.taken || this.isAsBefore(db, key, entry)),
    );
  }

  /** Those that the source has never used, and that are not as they were. */
  touched(keyspace: Keyspace): string[] {
    return [...this.entries].flatMap(([db, own]) =>
      [...own.keys()]
        .filter((key) => !this.used.has(`${db} ${key}`))
        .filter((key) => keyspace.db(db).has(key) || !this.lost.has(`${db} ${key}`))
        .filter((key) => !this.isAsBefore(db, key, keyspace.db(db).get(key)))
        .map((key) => `${key} of database ${db}, which is the target's own, is not as it was`),
    );
  }

  private isAsBefore(db: number, key: string, entry: Entry | undefined): boolean {
    const own = this.entries.get(db)?.get(key);
    if (!own || !entry || own.value.kind !== entry.value.kind || plain(own.value) !== plain(entry.value))
      return false;
    if (own.expireAtMs === undefined || entry.expireAtMs === undefined)
      return own.expireAtMs === entry.expireAtMs;
    const driftMs = this.target.cluster?.carried.has(slotOf(key)) ? CARRIED_MS : 0;
    return Math.abs(own.expireAtMs - entry.expireAtMs) <= driftMs;
  }
}

/** Some that the source never uses, some that it has or may come to have. */
function namesOf(random: Random): string[] {
  const names = ['own:0', 'own:1', 'own:2', 'own:3'];
  for (let nth = 0; nth < LATE_NAMES; nth++) if (random.chance(0.7)) names.push(lateName(nth));
  for (const kind of ['counter', 'text', 'list', 'hash'])
    if (random.chance(0.5)) names.push(`${kind}:${random.between(0, 3)}`);
  if (random.chance(0.5)) names.push(`lease:${random.between(0, EXPIRING - 1)}`);
  return names;
}

const valueOf = (random: Random): Value =>
  random.pick<() => Value>([
    () => ({ kind: 'string', bytes: '1000000' }),
    () => ({ kind: 'string', bytes: 'of the target' }),
    () => ({ kind: 'list', items: ['of', 'the', 'target'] }),
    () => ({ kind: 'hash', fields: new Map([['f:0', '1000000']]) }),
  ])();

function filtered(keyspace: Keyspace, stays: (db: number, key: string, entry: Entry) => boolean): Keyspace {
  const left = new Keyspace();
  for (const [db, entries] of keyspace.databases)
    left.databases.set(db, new Map([...entries].filter(([key, entry]) => stays(db, key, entry))));
  return left;
}

import type { RepairKind } from '../../shared/model/key-repair.ts';
import type { Breakable } from './breakable.ts';
import { checkpointOf } from './compare.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Entry } from './keyspace.ts';
import type { Random } from './random.ts';
import { Failure } from './resp.ts';
import { TASK } from './simulated-task.ts';

/** A key by the number of its database on the target. */
interface Named {
  readonly db: number;
  readonly key: string;
}

/** One that somebody has changed on the target, so that no command of the source fails there by it. */
interface Changed extends Named {
  readonly atMs: number;
  /** It has been brought since, and the target has not gone back. */
  mended: boolean;
}

interface Asked extends Named {
  readonly by: EngineProcess;
}

/** On a cluster commands carry what others hold to other names, where nobody knows of it. */
const CHANGED = /^(session|lease|text|list|counter|hash):\d+$/;
const CHANGED_ON_CLUSTERS = /^(\{\w+\})?(session|lease):\d+$/;
const MOST_CHANGED = 12;
const MOST_ROUNDS = 8;

const nameOf = ({ db, key }: Named): string => `${db} ${key}`;

/**
 * Has keys copied again, or removed, while the task runs: of those that are as they should be a repair may leave nothing out, and those that
 * somebody has changed on the target before are as on the source afterwards.
 */
export class AskedRepairs {
  private readonly sim: Breakable;
  private readonly random: Random;
  private readonly changed = new Map<string, Changed>();
  private readonly waiting = new Set<Asked>();
  private extra = 0;

  constructor(sim: Breakable, random: Random) {
    this.sim = sim;
    this.random = random;
  }

  /** Now and then from here on to this moment. */
  begin(untilMs: number): void {
    const { random } = this;
    const { scheduler } = this.sim;
    const waitMs = random.between(200, 2500);
    if (scheduler.nowMs + waitMs >= untilMs) return;
    scheduler.after(waitMs, () => {
      const meant = random.chance(0.6) ? this.change() : [];
      scheduler.after(random.between(0, 1200), () => this.ask(meant));
      this.begin(untilMs);
    });
  }

  /** What the target holds may be older than what was brought. */
  wentBack(): void {
    for (const one of this.changed.values()) one.mended = false;
  }

  /** Nothing that a run has been asked for, and that may still tell of it, is left. */
  get settled(): boolean {
    return ![...this.waiting].some(({ by }) => by.running);
  }

  /** In a world that is well: until each key that was changed is brought. @returns what could not be */
  async bringAll(until: (ended: () => boolean) => Promise<boolean>): Promise<string | undefined> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const left = [...this.changed.values()].filter(({ mended }) => !mended);
      if (left.length === 0) return undefined;
      this.send(left.map((one) => [one, this.has(one) ? 'copy' : 'remove'] as const));
      if (!(await until(() => this.settled))) return 'keys that were asked for were never told of';
    }
    const left = [...this.changed.values()].filter(({ mended }) => !mended).map(nameOf);
    return left.length > 0 ? `asked for again and again, and not brought: ${left.join(', ')}` : undefined;
  }

  private ask(meant: readonly Named[]): void {
    const { random } = this;
    const { target } = this.sim;
    const all = [...target.keyspace.databases].flatMap(([db, entries]) =>
      [...entries.keys()].filter((key) => !key.startsWith('lockstep:')).map((key) => ({ db, key })),
    );
    const share = random.pick([0.05, 0.2, 1]);
    const others = all.filter(() => random.chance(share));
    const chosen = new Map([...meant, ...others].map((one) => [nameOf(one), one]));
    this.send(
      [...chosen.values()].map((one) => {
        const fits = this.has(one) !== random.chance(0.05);
        return [one, fits ? 'copy' : 'remove'] as const;
      }),
    );
  }

  private send(keys: readonly (readonly [Named, RepairKind])[]): void {
    const { engine, scheduler, history } = this.sim;
    if (!engine || keys.length === 0) return;
    const askedMs = scheduler.nowMs;
    history.note('operator', `asks ${engine.name} for ${keys.length} keys`);
    engine.repair(
      keys.map(([{ db, key }, kind]) => {
        const asked = { db, key, by: engine };
        this.waiting.add(asked);
        return {
          ...{ db, key, kind },
          settle: (outcome) => {
            this.waiting.delete(asked);
            this.sim.count(`asked: ${outcome}`);
            const changed = this.changed.get(nameOf(asked));
            const brought = outcome === 'copied' || outcome === 'removed';
            if (changed && brought && changed.atMs <= askedMs) changed.mended = true;
          },
        };
      }),
    );
  }

  /** Somebody changes a key on the target, takes it away, or puts one there. */
  private change(): Named[] {
    const { random } = this;
    const { source, target, databases, own, scheduler, history } = this.sim;
    const checkpoint = checkpointOf(target, TASK);
    const stands = checkpoint?.get('state') === 'streaming' && checkpoint.get('active') === '1';
    if (!stands || own || this.changed.size >= MOST_CHANGED) return [];
    const clustered = source.cluster !== undefined || target.cluster !== undefined;
    const pattern = clustered ? CHANGED_ON_CLUSTERS : CHANGED;
    const found = [...target.keyspace.databases].flatMap(([db, entries]) =>
      databases.sourceOf(db) === undefined
        ? []
        : [...entries].filter(([key]) => pattern.test(key)).map(([key, entry]) => ({ db, key, entry })),
    );
    if (found.length === 0) return [];
    const { db, key, entry } = random.pick(found);
    const words = random.chance(0.2)
      ? ['SET', key.replace(/\w+:\d+$/, `extra:${this.extra++}`), 'of somebody else']
      : random.chance(0.3)
        ? ['DEL', key]
        : changeOf(key, entry);
    const name = { db, key: words[1]! };
    if (source.cluster?.isUnderWay(name.key) || target.cluster?.isUnderWay(name.key)) return [];
    const server = target.ownerOf(name.key);
    if (!server.listening || scheduler.nowMs < server.frozenUntilMs) return [];
    const client = server.connect();
    client.db = db;
    if (server.run(client, ...words) instanceof Failure) return [];
    history.note('meddler', words.slice(0, 2).join(' '));
    this.changed.set(nameOf(name), { ...name, atMs: scheduler.nowMs, mended: false });
    return [name];
  }

  private has({ db, key }: Named): boolean {
    const { source, databases } = this.sim;
    const sourceDb = databases.sourceOf(db);
    if (sourceDb === undefined) return false;
    const { keyspace } = source.cluster ? source.ownerOf(key) : source.sole;
    return keyspace.db(sourceDb).has(key);
  }
}

function changeOf(key: string, { value }: Entry): readonly string[] {
  if (value.kind === 'list') return ['RPUSH', key, '7'];
  if (value.kind === 'hash') return ['HSET', key, 'f:9', '7'];
  // A number stays one, and the time to live what it is.
  return ['APPEND', key, '7'];
}

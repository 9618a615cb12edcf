import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { SpoolSize } from '../../log/chunk.ts';
import { PooledMemory, type LogMemory } from '../../log/log-memory.ts';
import { CURSOR_CHUNKS } from '../../log/spool.ts';
import type { Cursor } from '../../log/cursor.ts';
import type { SpoolFolder } from '../../log/spool-folder.ts';
import type { Timer } from '../../world/clock.ts';
import type { World } from '../../world/world.ts';
import type { StreamPosition } from '../stream-position.ts';
import { Comers, type Comer } from './comers.ts';
import type { LogMember } from './log-member.ts';
import type { LogReader } from './log-reader.ts';
import { serverKey } from './server-key.ts';
import { SourceLog } from './source-log.ts';

/** Runs that one log has memory for at least; a further one has a log of its own. */
const MOST_READERS = 16;
/** How long a log is waited for that may come to hold what is asked for. */
const WAIT_MS = 5000;
/** How long a snapshot is kept from its first byte on for those that are about to come. */
const KEEP_START_MS = 10_000;

/** What somebody wants to read. */
export interface LogWish {
  readonly comer: Comer;
  readonly endpoint: Endpoint;
  /** undefined: a snapshot, and what follows it. */
  readonly from: StreamPosition | undefined;
  readonly member: LogMember;
  /** Of a log that is made for it. */
  readonly size: SpoolSize;
  readonly folder: SpoolFolder;
  /** Whether it is still wanted. */
  readonly wanted: () => boolean;
  /** A place that is kept for it; it is let go of where it comes to another. */
  readonly kept: KeptPlace | undefined;
  /** Before its member is told of anything. */
  readonly onAttached: (attached: Attached) => void;
}

/** Where somebody is about to begin to read a log. */
export interface KeptPlace {
  readonly log: SourceLog;
  readonly cursor: Cursor;
}

export interface Attached {
  readonly log: SourceLog;
  readonly reader: LogReader;
}

interface Entry {
  readonly log: SourceLog;
  readonly family: string;
  keeping: Timer | undefined;
}

/**
 * The logs of the sources that the runs of one process follow. Those that follow the same server meet in one log, as far as it holds
 * what each of them goes on from. Bound: a log for each run at most.
 */
export class SourceLogs {
  private readonly world: World;
  private readonly memory: LogMemory;
  /** The oldest first. */
  private entries: readonly Entry[] = [];
  readonly comers = new Comers(() => this.letStartsGo());

  /** `memory`: left out, one that the logs of a process share. */
  constructor(world: World, memory: LogMemory = new PooledMemory((MOST_READERS - 1) * CURSOR_CHUNKS)) {
    this.world = world;
    this.memory = memory;
  }

  /** Comes to a log that holds what is wanted, or to a new one. Resolves when it has, or when that is not wanted any more. */
  async attach(wish: LogWish): Promise<void> {
    const { comer, endpoint, from, wanted, kept } = wish;
    const { clock } = this.world;
    const endMs = clock.monotonicMs() + WAIT_MS;
    comer.key = serverKey(endpoint);
    if (kept && kept.log.key === comer.key && !kept.log.over)
      return kept.log.welcome(this.join(kept.log, wish, kept.cursor));
    kept?.cursor.close();
    for (;;) {
      const found = this.best(comer.key, from);
      if (found) return found.welcome(this.join(found, wish));
      const leftMs = endMs - clock.monotonicMs();
      const coming = this.of(comer.key).find((log) => log.mayTake(from));
      if (!coming || leftMs <= 0) return this.open(wish);
      await coming.change(from, leftMs);
      if (!wanted()) return;
    }
  }

  /**
   * Where who reads this log, and is here by now, does better to read: in another one, and so that nobody goes to and fro. The place is kept,
   * and for whoever asked to attach to, or to close.
   */
  betterPlace(log: SourceLog, member: LogMember, at: StreamPosition): KeptPlace | undefined {
    const best = this.best(log.key, at);
    if (!best?.linked || best === log || this.first(best, log) !== best) return undefined;
    return { log: best, cursor: best.keep(member, at) };
  }

  private of(key: string): SourceLog[] {
    return this.entries.flatMap(({ log }) => (log.key === key ? [log] : []));
  }

  private best(key: string, from: StreamPosition | undefined): SourceLog | undefined {
    return this.of(key)
      .filter((log) => log.takes(from))
      .reduce<SourceLog | undefined>((best, log) => (best ? this.first(best, log) : log), undefined);
  }

  /** That with more readers, then the older one. */
  private first(a: SourceLog, b: SourceLog): SourceLog {
    if (a.wanting !== b.wanting) return a.wanting > b.wanting ? a : b;
    return this.entries.find(({ log }) => log === a || log === b)?.log ?? a;
  }

  private open(wish: LogWish): void {
    const { comer, endpoint, from, size, folder } = wish;
    const log = new SourceLog({
      world: this.world,
      memory: this.memory.take(size),
      ...{ folder, from },
      onClosed: () => (this.entries = this.entries.filter((one) => one !== entry)),
    });
    const entry: Entry = { log, family: comer.family, keeping: undefined };
    this.entries = [...this.entries, entry];
    this.join(log, wish);
    log.open(endpoint);
    if (!from && this.comers.any(entry.family, log.key)) {
      log.keepStart();
      entry.keeping = this.world.clock.setTimeout(() => log.letStartGo(), KEEP_START_MS);
      entry.keeping.unref();
    }
  }

  private join(log: SourceLog, { member, from, comer, onAttached }: LogWish, cursor?: Cursor): LogReader {
    const reader = log.join(member, from, cursor);
    this.comers.set(comer, false);
    onAttached({ log, reader });
    return reader;
  }

  private letStartsGo(): void {
    for (const { log, family, keeping } of this.entries) {
      if (!log.keepsStart || this.comers.any(family, log.key)) continue;
      this.world.clock.clear(keeping);
      log.letStartGo();
    }
  }
}

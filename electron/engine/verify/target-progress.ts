import { parseInfo } from '../control/info.ts';
import { keySlot } from '../router/key-slot.ts';
import { readCheckpoint, type FoundCheckpoint } from './checkpoints-there.ts';
import type { ComparedSide } from './compared-side.ts';

/** How often it is looked at most. */
const LOOK_EVERY_MS = 250;
/** A task whose place has not moved for so long brings nothing now: it is paused, cut off, or has nothing to bring. */
const STANDS_STILL_MS = 5000;
/** A task that is further behind is left behind: what it has not brought by then does differ. */
const MOST_BEHIND_MS = 60_000;

export interface ProgressOptions {
  readonly source: ComparedSide;
  readonly target: ComparedSide;
  /** What stands on the target of where tasks are. */
  readonly tasks: readonly FoundCheckpoint[];
}

/** A place in the history of each server of the source, by the name of the history. */
type Places = ReadonlyMap<string, number>;

/**
 * How far the tasks that bring the source's changes to the target have come, while both are compared: a key that is not there yet does not
 * differ. Only reads.
 */
export class TargetProgress {
  private readonly options: ProgressOptions;
  private readonly streaming: readonly FoundCheckpoint[];
  private caughtUp = -Infinity;
  /** Where the source stood at that time, which the target has not been seen to reach. */
  private awaited: { readonly atMs: number; readonly places: Places } | undefined;
  private lastLookMs = -Infinity;
  private lastSeen = '';
  private lastMovedMs = 0;
  /** Nothing is brought, or how far it is cannot be known. */
  private over: boolean;
  private looking: Promise<void> | undefined;

  constructor(options: ProgressOptions) {
    this.options = options;
    this.streaming = options.tasks.filter(({ checkpoint }) => checkpoint.state === 'streaming');
    this.over = this.streaming.length === 0;
  }

  /** All that the source had by then, by the monotonic clock, the target has been given; Infinity where no task brings anything. */
  get caughtUpToMs(): number {
    return this.over ? Infinity : this.caughtUp;
  }

  /** Looks anew where the last look is old enough. Never rejects: where a server does not tell, it is not waited for. */
  look(): Promise<void> {
    if (this.over) return Promise.resolve();
    this.looking ??= this.lookNow()
      .catch(() => void (this.over = true))
      .finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookNow(): Promise<void> {
    const { clock } = this.options.source;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.lastLookMs < LOOK_EVERY_MS) return;
    const isFirst = this.lastLookMs === -Infinity;
    this.lastLookMs = nowMs;
    this.awaited ??= { atMs: nowMs, places: await this.sourcePlaces() };
    const { atMs, places } = this.awaited;
    const reached = await this.targetPlaces(places);
    const seen = reached.join();
    if (isFirst || seen !== this.lastSeen) this.lastMovedMs = nowMs;
    this.lastSeen = seen;
    if (reached.every((behind) => behind <= 0)) {
      // None of them is a task of this source where there are none.
      this.over = reached.length === 0;
      this.caughtUp = atMs;
      this.awaited = undefined;
    } else this.over = nowMs - this.lastMovedMs > STANDS_STILL_MS || nowMs - atMs > MOST_BEHIND_MS;
  }

  private async sourcePlaces(): Promise<Places> {
    const replies = await Promise.all(
      this.options.source.servers().map((server) => server.call('INFO', 'replication')),
    );
    return new Map(
      replies.map((reply) => {
        const info = parseInfo(String(reply));
        return [info.get('master_replid') ?? '', Number(info.get('master_repl_offset'))];
      }),
    );
  }

  /** By how many bytes each task that follows one of these histories is behind. */
  private async targetPlaces(places: Places): Promise<readonly number[]> {
    const { target } = this.options;
    const now = await Promise.all(
      this.streaming.map(({ key }) => readCheckpoint(target.ownerOf(keySlot(key)), key)),
    );
    return now.flatMap((checkpoint) => {
      const place = checkpoint?.state === 'streaming' ? places.get(checkpoint.replid) : undefined;
      return place === undefined ? [] : [place - checkpoint!.offset];
    });
  }
}

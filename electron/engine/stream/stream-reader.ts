import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { NextTurn } from '../pacing/next-turn.ts';
import { OutputCharge } from '../pacing/output-charge.ts';
import { PACE_INTERVAL_MS } from '../pacing/pace.ts';
import type { StreamApplier } from '../pipeline/stream-applier.ts';
import type { RepairApplier } from '../repair/repair-applier.ts';
import type { UnderWay } from '../watch/crash-watch.ts';
import type { BatchWriter, Damage } from '../writer/batch-writer.ts';
import { FlushSteps } from './flush-steps.ts';
import { OneByOne } from './one-by-one.ts';
import type { StreamCommits } from './stream-commits.ts';
import type { StreamLine } from './stream-line.ts';
import type { StreamRunOptions } from './stream-run-options.ts';

/** Runs of commands before the event loop gets a turn. */
const STEPS_PER_TURN = 64;

export interface StreamReaderOptions extends Pick<
  StreamRunOptions,
  'time' | 'pace' | 'singlyUntil' | 'flushedKeys' | 'findOwnKeys'
> {
  readonly connection: StreamLine;
  readonly batch: BatchWriter;
  readonly applier: StreamApplier;
  readonly commits: StreamCommits;
  readonly repair: RepairApplier | undefined;
  /** There may be something to read again. */
  readonly onReadable: () => void;
  readonly onError: (error: LockstepError, damage: Damage) => void;
}

/** Reads the stream from the spool, as much as the target's connection takes and the pace allows, and has full batches closed. */
export class StreamReader {
  private readonly options: StreamReaderOptions;
  private readonly nextTurn: NextTurn;
  private readonly charge: OutputCharge;
  private readonly oneByOne: OneByOne;
  private readonly flush: FlushSteps;
  private repair: RepairApplier | undefined;
  private asking = false;
  /** The stream waits where it is, at the end of a transaction of the source. */
  standsStill = false;
  /** Nothing that was read behind this offset has changed anything on the target. */
  effectOffset: number;

  constructor(options: StreamReaderOptions) {
    const { time, pace, connection, batch, applier, commits, singlyUntil, flushedKeys } = options;
    const { onReadable, onError } = options;
    const { output } = connection;
    this.options = options;
    this.repair = options.repair;
    this.nextTurn = new NextTurn(time, onReadable);
    this.charge = new OutputCharge(pace, output);
    this.oneByOne = new OneByOne({ output, batch, applier, commits, singlyUntil });
    const { charge } = this;
    this.flush = new FlushSteps({
      ...{ batch, applier, commits, charge, flushedKeys },
      ...{ onPage: onReadable, onError },
    });
    this.effectOffset = commits.flushing ? Number.MAX_SAFE_INTEGER : commits.checkpoint.offset;
  }

  read(): void {
    const { connection, batch, applier, commits, pace, time, onError } = this.options;
    const { oneByOne } = this;
    for (let steps = 0; ; steps++) {
      if (connection.busy || commits.untold) return;
      if (batch.full && applier.atBoundary) {
        if (!batch.ready) return;
        commits.commit();
      }
      if (oneByOne.singly && !oneByOne.answered()) return;
      // Once the last of them is answered, the next ones go together again.
      const { singly } = oneByOne;
      // A transaction or a large command that has begun goes on to its end, so that its batch can be closed.
      if ((this.standsStill || pace.paused) && applier.atBoundary) {
        // Afterwards others may be there.
        if (!this.asking) applier.giveOwnKeys(undefined);
        return;
      }
      const allowed = pace.allowed(time.now());
      if (allowed < 1) return this.nextTurn.after(PACE_INTERVAL_MS);
      if (steps >= STEPS_PER_TURN) return this.nextTurn.after(0);
      if (applier.flushWanted === undefined) {
        const taken = this.step(pace.paused || singly ? 1 : allowed);
        if (commits.flushing && applier.flushWanted === undefined && applier.commandsRead > 0)
          return onError(
            new LockstepError('INTERNAL', 'what follows is not the flush that had begun'),
            'unknown',
          );
        if (!taken && applier.flushWanted === undefined) return void this.askOwnKeys();
      } else if (!this.stepFlush(applier.flushWanted)) return;
      if (singly) oneByOne.nameAlone();
    }
  }

  /** What was being run when the connection broke. */
  underWay(): UnderWay | undefined {
    return this.oneByOne.underWay();
  }

  stop(): void {
    this.flush.stop();
  }

  private step(most: number): boolean {
    const { applier, commits, pace } = this.options;
    const before = applier.commandsApplied;
    const writing = this.repair !== undefined || applier.inLargeCommand;
    const taken = this.repair ? this.stepRepair(this.repair, most) : applier.step(most, pace.allowedBytes);
    if (writing || applier.inLargeCommand || applier.commandsApplied !== before)
      this.effectOffset = commits.readOffset;
    this.charge.used(applier.commandsApplied - before);
    return taken;
  }

  private stepRepair(repair: RepairApplier, most: number): boolean {
    const taken = repair.step(most);
    if (!repair.finished) return taken;
    this.options.commits.repaired(repair.marks);
    this.repair = undefined;
    return true;
  }

  /** @returns whether the stream goes on behind it */
  private stepFlush(databases: readonly number[] | 'all'): boolean {
    const { batch, commits } = this.options;
    // What stands in its slots on a node that is away cannot be looked for.
    if (batch.partial) return false;
    // Of that history alone which has the flush.
    this.effectOffset = Number.MAX_SAFE_INTEGER;
    if (!this.flush.step(databases)) return false;
    this.effectOffset = commits.readOffset;
    return true;
  }

  /** The stream waits where it is until the answer comes. */
  private async askOwnKeys(): Promise<void> {
    const { applier, findOwnKeys, onReadable, onError } = this.options;
    if (applier.ownKeysWanted === undefined || this.asking) return;
    this.asking = true;
    try {
      applier.giveOwnKeys(await findOwnKeys(applier.ownKeysWanted));
      this.asking = false;
      onReadable();
    } catch (error) {
      onError(asLockstepError(error), 'none');
    }
  }
}

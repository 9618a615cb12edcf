import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CopyStage } from '../copy/copy-stage.ts';
import type { Backoff } from '../intake/backoff.ts';
import { MendLimit } from '../pacing/mend-limit.ts';
import type { StreamStage } from '../stream/stream-stage.ts';
import type { AwayNodes } from '../target/away-nodes.ts';
import { noteFault } from '../target/owner.ts';
import type { TargetLine } from '../target/target-line.ts';
import type { StageSignal } from '../target/target-machine.ts';
import type { CrashWatch } from '../watch/crash-watch.ts';
import type { Damage } from '../writer/batch-writer.ts';
import type { TargetProgress } from './target-progress.ts';
import type { TargetSideOptions } from './target-side-options.ts';
import type { TargetWork } from './target-work.ts';

export interface TargetFaultsOptions {
  readonly side: TargetSideOptions;
  readonly progress: TargetProgress;
  readonly work: TargetWork;
  readonly line: TargetLine;
  readonly copyStage: CopyStage;
  readonly streamStage: StreamStage;
  readonly away: AwayNodes;
  readonly crashes: CrashWatch;
  readonly backoff: Backoff;
}

/** What comes of a fault of the target: it is waited for, its keys are mended, or the run ends. */
export class TargetFaults {
  private readonly options: TargetFaultsOptions;
  private readonly mends = new MendLimit();

  constructor(options: TargetFaultsOptions) {
    this.options = options;
  }

  /** The stream could not be applied any further, and this is what that has done to the target. */
  ofStream(error: LockstepError, damage: Damage): void {
    if (damage === 'none') this.lost(error, 'stream-lost');
    else if (damage === 'unknown') void this.diverged(error);
    else if (damage === 'late') this.overtaken(error);
    else this.unverified(error);
  }

  /** The connection broke, or the target refused something: what the signal leads to is done when it has healed. */
  lost(error: LockstepError, signal: StageSignal): void {
    const { side, work, away, backoff, copyStage, streamStage, crashes, line } = this.options;
    // They have been waited for already.
    const { sinceMs } = away;
    if (!work.move(signal)) return;
    if (sinceMs !== undefined) backoff.failingSince(sinceMs);
    // Which node of a cluster has died, and of what, is not known.
    const underWay = side.servers.cluster ? undefined : (copyStage.run?.underWay() ?? streamStage.underWay());
    if (underWay) crashes.lost(side.servers.facts.target.runId, underWay);
    work.steps.supersede();
    copyStage.run?.detach();
    streamStage.drop();
    line.drop();
    side.servers.forgetTarget();
    this.failed(error);
  }

  failed(error: LockstepError): void {
    const { side, work, backoff } = this.options;
    if (work.stage === 'closed') return;
    const owned = error.code === 'TARGET_TAKEN_OVER' || error.code === 'CHECKPOINT_MISSING';
    if (owned && work.stage === 'begin-stream' && !work.steps.working) {
      // The target itself tells whether that was another run, or it went back in time, or came back empty.
      work.steps.run();
      return;
    }
    // What a command has read is gone, and with it the value of the key that it wrote.
    if (error.code === 'TARGET_LANES_APART' && work.stage === 'begin-stream')
      return void side.feed.restart(undefined, error.message);
    if (!error.entry.heals) return work.fatal(error);
    const { servers, pace, onTrouble } = side;
    servers.forgetTarget();
    if (pace.paused) {
      work.steps.runOnResume();
      onTrouble({ error, onResume: 'the task tries again when it is resumed' });
      return;
    }
    const waitMs = backoff.next(side.world.clock.now());
    if (waitMs === undefined) {
      return work.fatal(
        new LockstepError('RETRY_EXHAUSTED', `${error.entry.title}: ${error.message}`, { cause: error }),
      );
    }
    onTrouble({ error, waitMs, giveUpAtMs: backoff.givesUpAtMs });
    work.steps.runAfter(waitMs);
  }

  /**
   * A command of a batch that stands has failed, and the checkpoint vouches only for what was before that batch; or lanes of a cluster
   * stand in front of it. Where the data was the cause, its keys are brought to the source's state; the same is done by the next run, if
   * this one ends.
   */
  private unverified(error: LockstepError): void {
    const { side, work, progress, streamStage } = this.options;
    if (error.entry.heals) return this.lost(error, 'stream-lost');
    if (error.code !== 'TARGET_REJECTED') return work.fatal(error);
    const { failedAfter, mending } = streamStage;
    // Another process of the target may have come back with what it held before it was mended.
    const failure = `${side.servers.facts.target.runId} ${error.message}`;
    const verified = failedAfter ?? progress.checkpoint!.verified;
    const next = this.mends.next(verified, failure, side.world.clock.now(), mending);
    if (next === 'in-vain') return void this.diverged(error);
    if (next === 'too-often') return work.fatal(error);
    this.mend(error, failedAfter === undefined ? 'the keys of its batch' : 'its keys');
  }

  /** Keys may have expired before the commands of a batch came. */
  private overtaken(error: LockstepError): void {
    this.options.streamStage.overtaken();
    this.mend(error, 'they');
  }

  /** The next step finds out which keys they are, and brings them to the source's state. */
  private mend(error: LockstepError, keys: string): void {
    const { side, work } = this.options;
    if (!work.move('mend')) return;
    const { title } = error.entry;
    side.events.warning(`${title} (${error.message}); ${keys} are brought to the source's state`, {
      code: error.code,
    });
    work.beginStreamAnew();
  }

  /** The sides differ in a way that key by key can't mend: the checkpoint says so, and the next run makes a new copy. */
  private async diverged(error: LockstepError): Promise<void> {
    const { side, work, progress } = this.options;
    const { spec, servers } = side;
    work.dropAll();
    try {
      await noteFault(await servers.openTarget(), spec.task, progress.checkpoint!, error.code);
    } catch {
      // The target is gone; the run that comes next meets the same error again.
    }
    work.fatal(error);
  }
}

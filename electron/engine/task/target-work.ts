import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { coded } from '../control/control-connection.ts';
import type { CopyStage } from '../copy/copy-stage.ts';
import type { Backoff } from '../intake/backoff.ts';
import type { StreamStage } from '../stream/stream-stage.ts';
import { StepRunner } from '../target/step-runner.ts';
import type { Still } from '../target/target-ground.ts';
import type { TargetLine } from '../target/target-line.ts';
import { nextStage, type Stage, type StageSignal } from '../target/target-machine.ts';
import type { CrashWatch } from '../watch/crash-watch.ts';
import type { TargetProgress } from './target-progress.ts';
import type { TargetSideOptions } from './target-side-options.ts';

export interface TargetWorkOptions {
  readonly side: TargetSideOptions;
  readonly progress: TargetProgress;
  readonly line: TargetLine;
  readonly copyStage: CopyStage;
  readonly streamStage: StreamStage;
  readonly crashes: CrashWatch;
  readonly backoff: Backoff;
  /** A step that is still wanted has failed. */
  readonly onFault: (error: unknown) => void;
  /** Nothing is streamed, whatever else is done. */
  readonly onElsewhere: () => void;
}

/** What is done on the target: which stage that is, and the steps from one to the next. */
export class TargetWork {
  private readonly options: TargetWorkOptions;
  readonly steps: StepRunner;
  stage: Stage = 'idle';

  constructor(options: TargetWorkOptions) {
    const { servers, pace, world } = options.side;
    this.options = options;
    this.steps = new StepRunner({
      clock: world.clock,
      step: (still) => coded('target', servers.at.target, () => this.step(still)),
      // What a copy that has come whole leaves to be noted is no more data.
      held: () => pace.paused && this.stage !== 'end-copy',
      onFault: options.onFault,
    });
  }

  /** The stream is applied as it comes, and nothing else is under way that would have to be begun again. */
  get steady(): boolean {
    return this.stage === 'streaming' && this.options.streamStage.steady;
  }

  /** @returns false when the signal does not fit what is under way, such as one of what has been left behind */
  move(signal: StageSignal): boolean {
    const next = nextStage(this.stage, signal);
    if (next !== undefined) this.stage = next;
    if (this.stage !== 'streaming') this.options.onElsewhere();
    return next !== undefined;
  }

  /** More can be taken from the spool, or be sent. */
  pump(): void {
    const { copyStage, streamStage } = this.options;
    if (this.stage === 'receiving') this.received();
    else if (this.stage === 'copying') copyStage.run?.readable();
    else if (this.stage === 'streaming') streamStage.pump();
    else if (this.stage === 'begin-stream') streamStage.wakeRepair();
  }

  /** More of a snapshot has come that is to be here whole first. */
  received(): void {
    const { tooLarge } = this.options.side.feed;
    if (tooLarge) return this.fatal(tooLarge);
    this.options.copyStage.received();
  }

  beginStreamAnew(): void {
    this.options.streamStage.drop();
    this.options.line.drop();
    this.steps.run();
  }

  dropAll(): void {
    const { copyStage, streamStage, line } = this.options;
    this.steps.supersede();
    copyStage.stop();
    streamStage.stop();
    line.drop();
  }

  /** Nothing more is written. */
  close(): void {
    this.move('close');
    this.steps.close();
    this.dropAll();
  }

  fatal(error: LockstepError): void {
    this.close();
    this.options.side.onFatal(error);
  }

  private async step(still: Still): Promise<void> {
    const { side, progress, copyStage, streamStage, crashes } = this.options;
    const { servers, feed } = side;
    if (crashes.waiting) {
      await servers.openTarget();
      if (!still()) return undefined;
      crashes.found(servers.facts.target.runId);
    }
    switch (this.stage) {
      case 'begin-copy':
        return copyStage.begin(progress.copyStart!, still);
      case 'receive-again':
        return void feed.restart(undefined, 'the snapshot could not be read to its end');
      case 'replace':
        return copyStage.replace(progress.copyStart!, still);
      case 'copying':
        return copyStage.goOn(still);
      case 'sweep':
        return this.sweep(still);
      case 'end-copy':
        return this.endCopy(still);
      case 'begin-stream':
        return streamStage.begin(still, progress.fullCopies > 0);
      default:
        return undefined;
    }
  }

  private async sweep(still: Still): Promise<void> {
    if (!(await this.options.copyStage.sweep(still)) || !still()) return;
    if (this.move('swept')) this.steps.run();
  }

  private async endCopy(still: Still): Promise<void> {
    const { side, progress, copyStage, line, backoff } = this.options;
    if (!(await copyStage.end(still)) || !still()) return;
    backoff.succeeded();
    progress.copyStart = undefined;
    line.drop();
    if (side.spec.fullOnly) return side.onCopied();
    if (this.move('noted')) this.steps.run();
  }
}

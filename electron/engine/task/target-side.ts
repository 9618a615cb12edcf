import { randomUUID } from 'node:crypto';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { ResumePlan } from '../claim/prepared-target.ts';
import { coded } from '../control/control-connection.ts';
import type { CopyRun } from '../copy/copy-run.ts';
import { CopyStage } from '../copy/copy-stage.ts';
import { Backoff } from '../intake/backoff.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import type { LaneStanding } from '../metrics/lane-meter.ts';
import { AskedKeys, type AskedKey } from '../repair/asked-keys.ts';
import { otherSource } from '../source/other-source.ts';
import type { AppliedCounts } from '../stream/applied-totals.ts';
import { StreamStage } from '../stream/stream-stage.ts';
import { resumedOver } from '../target/handed-over.ts';
import type { TargetGround } from '../target/target-ground.ts';
import { TargetLine } from '../target/target-line.ts';
import { CrashWatch } from '../watch/crash-watch.ts';
import { AskedRepairs } from './asked-repairs.ts';
import { claimTarget, goOnCounting } from './claim-target.ts';
import { CopyQuestion } from './copy-question.ts';
import { PartialTarget } from './partial-target.ts';
import { TargetFaults } from './target-faults.ts';
import { TargetProgress } from './target-progress.ts';
import type { TargetSideOptions } from './target-side-options.ts';
import { TargetWork } from './target-work.ts';

/** The target's side of a task: it keeps copying or streaming going over whatever connections that takes. */
export class TargetSide {
  /** See Checkpoint.owner. The same for each attempt: of one of them the answer may be lost. */
  private readonly claimant: string;
  private readonly options: TargetSideOptions;
  private readonly backoff: Backoff;
  private readonly copyStage: CopyStage;
  private readonly streamStage: StreamStage;
  private readonly work: TargetWork;
  private readonly question: CopyQuestion;
  private readonly askedRepairs: AskedRepairs;
  private readonly cluster: PartialTarget;
  private readonly faults: TargetFaults;
  private othersWrote = false;
  readonly progress: TargetProgress;
  everStreaming = false;

  constructor(options: TargetSideOptions) {
    const { spec, arena, world, events, servers, part } = options;
    this.options = options;
    this.claimant = part?.claimant?.owner ?? randomUUID();
    const backoff = new Backoff(spec.retryForMs);
    const progress = new TargetProgress(part);
    const crashes = new CrashWatch();
    const asked = new AskedKeys();
    const line = new TargetLine({
      world,
      spec,
      arena,
      memory: options.memory,
      makeArena: options.makeArena,
      at: () => servers.at.target,
      cluster: () => servers.cluster,
      onProgress: () => (this.work.stage === 'copying' ? this.copyRun?.progressed() : this.pump()),
      onError: (error) => this.faults.lost(error, 'line-lost'),
    });
    const ground: TargetGround = { ...options, ...{ line, own: progress, crashes } };
    const copyStage = new CopyStage({
      ...ground,
      onReceiving: () => {
        if (!this.work.move('receive')) return;
        events.phase('receiving');
        this.work.received();
      },
      onReceived: () => {
        if (this.work.move('whole')) this.work.steps.run();
      },
      onQuestion: (question) => this.question.ask(question),
      onCopying: (again) => {
        if (!this.work.move('write')) return;
        events.phase('full-copy');
        options.onCopying(again);
      },
      onCopied: () => {
        if (this.work.move('copied')) this.work.steps.run();
      },
      onAdvanced: () => backoff.succeeded(),
      onError: (error) => this.faults.lost(error, 'copy-lost'),
    });
    const streamStage = new StreamStage({
      ...ground,
      othersWrote: () => this.othersWrote,
      asked,
      onAsked: (results) => this.askedRepairs.brought(results),
      onBegin: () => this.streamBegins(),
      onCommitted: () => {
        backoff.succeeded();
        options.onCommitted(progress.appliedOffset);
        this.askedRepairs.bring();
      },
      onAway: (node, error) => this.cluster.nodeAway(node, error),
      onUndated: () => this.redate(),
      onError: (error, damage) => this.faults.ofStream(error, damage),
    });
    const work = new TargetWork({
      ...{ side: options, progress, line, copyStage, streamStage, crashes, backoff },
      onFault: (error) => this.faults.failed(asLockstepError(error)),
      onElsewhere: () => this.cluster.away.drop(),
    });
    this.backoff = backoff;
    this.progress = progress;
    this.copyStage = copyStage;
    this.streamStage = streamStage;
    this.work = work;
    this.question = new CopyQuestion(options, work, copyStage);
    this.askedRepairs = new AskedRepairs(options, work, asked);
    this.cluster = new PartialTarget(options, work, streamStage);
    const { away } = this.cluster;
    this.faults = new TargetFaults({
      ...{ side: options, progress, work, line, copyStage, streamStage, away, crashes, backoff },
    });
  }

  get streaming(): boolean {
    return this.everStreaming && this.progress.standing && !this.progress.copyStart;
  }

  /** The stream is applied as it comes, and nothing else is under way that would have to be begun again. */
  get steady(): boolean {
    return this.work.steady;
  }

  /** All slots that a part is to have are brought. */
  get complete(): boolean {
    return this.streamStage.complete;
  }

  get applied(): AppliedCounts {
    return this.streamStage.applied;
  }

  /** How far each node of a cluster is, or was when the stream was last written to it. */
  get lanes(): readonly LaneStanding[] {
    return this.progress.copyStart ? [] : this.cluster.lanes;
  }

  /** A node of it is away, and the others go on. */
  get partial(): boolean {
    return this.cluster.partial;
  }

  get copyRun(): CopyRun | undefined {
    return this.copyStage.run;
  }

  get keysCopied(): number {
    return this.copyStage.keysCopied;
  }

  get ownKeys(): number {
    return this.progress.ownKeys(this.streamStage.keepsScripts);
  }

  /** Looks at what stands on the target and makes this run the task's owner. @returns where the source is to go on */
  prepare(): Promise<ResumePlan | undefined> {
    return coded('target', this.options.servers.at.target, () => this.lookAndClaim());
  }

  private async lookAndClaim(): Promise<ResumePlan | undefined> {
    const { checkpoint, plan, existed, writes } = await claimTarget(this.options, this.claimant);
    this.progress.checkpoint = checkpoint;
    this.copyStage.touched = existed;
    this.copyStage.writes = writes;
    this.othersWrote = writes !== 'none';
    await goOnCounting(this.options, checkpoint, plan?.position !== undefined);
    return plan?.position ? { ...plan, position: { ...plan.position, offset: checkpoint.verified } } : plan;
  }

  beginCopy(start: StreamPosition, reason: string | undefined): void {
    const { events, spec } = this.options;
    const { progress, work } = this;
    const other = progress.checkpoint && otherSource(spec, progress.checkpoint);
    if (other) return work.fatal(other);
    if (!work.move('copy')) return;
    if (reason) events.warning(`A new full copy is needed: ${reason}`);
    work.steps.supersede();
    progress.beginCopy(start);
    work.steps.run();
  }

  /** The source goes on with the stream. */
  sourceResumed(replid: string): void {
    const { events, onStreaming, onCopying } = this.options;
    const { work } = this;
    if (work.move('stream')) {
      work.steps.run();
    } else if (work.stage === 'streaming') {
      events.info(`The source goes on with the stream (${replid.slice(0, 8)}…)`);
      onStreaming();
    } else if (work.stage === 'receiving' || work.stage === 'asking') {
      events.phase(work.stage);
    } else if (work.stage === 'copying') {
      events.phase('full-copy');
      onCopying(true);
    }
  }

  private streamBegins(): void {
    const { events, onStreaming } = this.options;
    if (!this.work.move('apply')) return;
    this.everStreaming = true;
    const { writes } = this.copyStage;
    if (writes !== 'none') events.warning(resumedOver(writes));
    this.copyStage.writes = 'none';
    onStreaming();
  }

  /** What is under way comes to the next place where it can be cut; steps that are still to come wait. */
  pause(): void {
    this.backoff.patient = true;
  }

  resume(): void {
    this.backoff.patient = false;
    this.backoff.succeeded();
    if (this.work.stage === 'streaming') this.options.onStreaming();
    this.work.steps.resume();
    this.pump();
    this.askedRepairs.bring();
  }

  /** See CopyQuestion. */
  answer(question: TaskQuestion, agreed: boolean): void {
    this.question.answer(question, agreed);
  }

  /** See AskedRepairs. */
  repair(keys: readonly AskedKey[]): boolean {
    return this.askedRepairs.repair(keys);
  }

  /** See AskedRepairs. */
  takeAsked(): readonly AskedKey[] {
    return this.askedRepairs.takeAll();
  }

  /** The target is another server now: what is done on the one before is done again there, from what it holds. */
  relocated(at: Endpoint): void {
    this.faults.lost(
      new LockstepError('TARGET_LINK_LOST', `the primary is another server now: ${describeEndpoint(at)}`),
      'line-lost',
    );
  }

  /** See StreamStage. What comes of it is asked of the source anew, so the spool goes next. */
  async stepBack(fork: number): Promise<StreamPosition | undefined> {
    if (this.work.stage !== 'streaming' || this.options.pace.paused) return undefined;
    try {
      return await this.streamStage.stepBack(fork);
    } catch (error) {
      this.faults.lost(asLockstepError(error), 'stream-lost');
      return undefined;
    }
  }

  /** The spool is about to be dropped. */
  reset(): void {
    this.question.drop();
    this.work.dropAll();
    this.progress.copyStart = undefined;
    this.work.move('reset');
  }

  /** Something waits for this offset to be checkpointed. */
  hurry(offset: number): void {
    this.streamStage.hurry(offset);
  }

  pump(): void {
    this.work.pump();
  }

  /** Nothing is taken from the spool before the snapshot is in it from its first byte to its last. */
  get holdsWhole(): boolean {
    return this.work.stage === 'receiving';
  }

  /** See StreamStage.rest. */
  rest(): Promise<void> {
    return this.streamStage.rest();
  }

  /** Ends all writing at the last checkpoint, which it returns. */
  async stopWriting(): Promise<Checkpoint | undefined> {
    const { progress } = this;
    this.close();
    // What a step does on the control connection must not come between what is done there next: a bare claim is dropped, with the names that
    // were noted under it, and a claim for the copy that comes after that would go by them.
    const { checkpoint } = progress;
    if (progress.standing || (checkpoint && isBareClaim(checkpoint))) await this.work.steps.current;
    return progress.checkpoint;
  }

  close(): void {
    this.work.close();
  }

  /** Keys that have been given a time to live meanwhile are read from the source. */
  private redate(): void {
    if (this.work.move('mend')) this.work.beginStreamAnew();
  }
}

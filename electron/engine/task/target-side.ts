import { randomUUID } from 'node:crypto';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { Arena } from '../arena/arena.ts';
import { isBareClaim, type Checkpoint, type StandingNames } from '../checkpoint/checkpoint.ts';
import { keptAmong } from '../checkpoint/kept-slots.ts';
import { LANE_GONE } from '../checkpoint/lanes.ts';
import { atLanes, DATABASE_UNKNOWN, lanesIn } from '../claim/claim-stream.ts';
import { coded } from '../control/control-connection.ts';
import type { AppliedCounts } from '../stream/applied-totals.ts';
import { AwayNodes } from '../target/away-nodes.ts';
import { libraryNames } from '../control/function-libraries.ts';
import { readEvictions } from '../control/evictions.ts';
import { Backoff } from '../intake/backoff.ts';
import type { LaneStanding } from '../metrics/lane-meter.ts';
import type { CopyRun } from '../copy/copy-run.ts';
import { CrashWatch } from '../watch/crash-watch.ts';
import { CopyStage } from '../copy/copy-stage.ts';
import { MendLimit } from '../pacing/mend-limit.ts';
import { noteFault } from '../target/owner.ts';
import { otherSource } from '../source/other-source.ts';
import { letGo } from '../target/let-go.ts';
import { prepareTarget } from '../claim/prepare-target.ts';
import type { ResumePlan } from '../claim/prepared-target.ts';
import { AskedKeys, type AskedKey } from '../repair/asked-keys.ts';
import { REPAIRING, type AskedResult } from '../repair/repair-plan.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import { SlotSet } from '../router/slot-set.ts';
import { resumedOver } from '../target/handed-over.ts';
import { sameQuestion, wouldRemove } from '../copy/shrink.ts';
import { StepRunner } from '../target/step-runner.ts';
import { StreamStage } from '../stream/stream-stage.ts';
import type { Still, TargetGround } from '../target/target-ground.ts';
import { TargetLine } from '../target/target-line.ts';
import { nextStage, type Stage, type StageSignal } from '../target/target-machine.ts';
import type { MemoryShare } from '../pacing/memory-share.ts';
import type { Trouble } from '../intake/trouble.ts';

/** While its pace is paused, no step on the target is begun but the one that ends a copy. */
export interface TargetSideOptions extends Omit<TargetGround, 'line' | 'own' | 'crashes'> {
  readonly memory: MemoryShare;
  readonly makeArena: (bytes: number) => Arena;
  /** The first key of a full copy is about to be sent, or the copy goes on after a fault of either side. */
  readonly onCopying: (again: boolean) => void;
  /** The stream is being applied from here on. */
  readonly onStreaming: () => void;
  /** A full copy without a stream has ended. */
  readonly onCopied: () => void;
  readonly onCommitted: (offset: number) => void;
  /** A node of it is away, and the others go on. */
  readonly onAway: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFatal: (error: LockstepError) => void;
}

/** The target's side of a task: it keeps copying or streaming going over whatever connections that takes. */
export class TargetSide {
  /** See Checkpoint.owner. The same for each attempt: of one of them the answer may be lost. */
  private readonly claimant: string;
  private readonly options: TargetSideOptions;
  private readonly backoff: Backoff;
  private readonly line: TargetLine;
  private readonly own: TargetGround['own'] = { checkpoint: undefined };
  private readonly copyStage: CopyStage;
  private readonly streamStage: StreamStage;
  private readonly steps: StepRunner;
  private readonly mends = new MendLimit();
  private readonly askedKeys = new AskedKeys();
  private readonly crashes = new CrashWatch();
  private readonly away: AwayNodes;
  private stage: Stage = 'idle';
  private asked: { readonly question: TaskQuestion; readonly allow: StageSignal } | undefined;
  /** The snapshot that is to be copied; from here on it counts, and no longer what stands on the target. */
  private copyStart: StreamPosition | undefined;
  private othersWrote = false;
  everStreaming = false;
  fullCopies = 0;

  constructor(options: TargetSideOptions) {
    this.options = options;
    this.claimant = options.part?.claimant?.owner ?? randomUUID();
    this.backoff = new Backoff(options.spec.retryForMs);
    const { spec, arena, world } = options;
    this.steps = new StepRunner({
      clock: world.clock,
      step: (still) => coded('target', options.servers.at.target, () => this.step(still)),
      // What a copy that has come whole leaves to be noted is no more data.
      held: () => options.pace.paused && this.stage !== 'end-copy',
      onFault: (error) => this.failed(asLockstepError(error)),
    });
    this.away = new AwayNodes({
      clock: world.clock,
      retryForMs: spec.retryForMs,
      events: options.events,
      paused: () => options.pace.paused,
      heldUpBy: () => this.streamStage.heldUpBy,
      look: (away) => options.servers.cluster!.wholeness(away),
      onWhole: () => this.wholeAgain(),
      onExhausted: (error) => this.fatal(error),
    });
    this.line = new TargetLine({
      world,
      spec,
      arena,
      memory: options.memory,
      makeArena: options.makeArena,
      at: () => options.servers.at.target,
      cluster: () => options.servers.cluster,
      onProgress: () => (this.stage === 'copying' ? this.copyRun?.progressed() : this.pump()),
      onError: (error) => this.lost(error, 'line-lost'),
    });
    const ground: TargetGround = {
      ...options,
      ...{ line: this.line, own: this.own, crashes: this.crashes },
    };
    this.copyStage = new CopyStage({
      ...ground,
      onReceiving: () => {
        if (!this.move('receive')) return;
        options.events.phase('receiving');
        this.received();
      },
      onReceived: () => {
        if (this.move('whole')) this.steps.run();
      },
      onQuestion: (question) => this.ask(question),
      onCopying: (again) => {
        if (!this.move('write')) return;
        options.events.phase('full-copy');
        options.onCopying(again);
      },
      onCopied: () => {
        if (this.move('copied')) this.steps.run();
      },
      onAdvanced: () => this.backoff.succeeded(),
      onError: (error) => this.lost(error, 'copy-lost'),
    });
    this.streamStage = new StreamStage({
      ...ground,
      othersWrote: () => this.othersWrote,
      asked: this.askedKeys,
      onAsked: (results) => this.brought(results),
      onBegin: () => {
        if (!this.move('apply')) return;
        this.everStreaming = true;
        const { writes } = this.copyStage;
        if (writes !== 'none') options.events.warning(resumedOver(writes));
        this.copyStage.writes = 'none';
        options.onStreaming();
      },
      onCommitted: () => {
        this.backoff.succeeded();
        options.onCommitted(this.appliedOffset);
        this.bringAsked();
      },
      onAway: (node, error) => this.nodeAway(node, error),
      onUndated: () => this.redate(),
      onError: (error, damage) => {
        if (damage === 'none') this.lost(error, 'stream-lost');
        else if (damage === 'unknown') void this.diverged(error);
        else if (damage === 'late') this.overtaken(error);
        else this.unverified(error);
      },
    });
  }

  get streaming(): boolean {
    return this.everStreaming && this.standing && !this.copyStart;
  }

  /** The stream is applied as it comes, and nothing else is under way that would have to be begun again. */
  get steady(): boolean {
    return this.stage === 'streaming' && this.streamStage.steady;
  }

  /** Of the run that has claimed the task last; see Checkpoint. */
  get owner(): string | undefined {
    return this.own.checkpoint?.owner;
  }

  get checkpoint(): Checkpoint | undefined {
    return this.own.checkpoint;
  }

  /** It has been read how far the task has come. */
  get known(): boolean {
    return this.own.checkpoint !== undefined;
  }

  /** A full copy stands on the target, and the stream up to the checkpoint. */
  get standing(): boolean {
    return this.own.checkpoint?.state === 'streaming';
  }

  /** From where the stream leads on; undefined while only a snapshot does. */
  get position(): StreamPosition | undefined {
    return this.copyStart ? undefined : this.checkpointed;
  }

  /** Where what stands on the target ends; undefined while that is no whole copy. */
  get checkpointed(): StreamPosition | undefined {
    const { checkpoint } = this.own;
    return checkpoint?.state === 'streaming'
      ? { replid: checkpoint.replid, offset: checkpoint.verified }
      : undefined;
  }

  /** Of a part that streams: what it does not vouch for yet. */
  get missingSlots(): SlotSet | undefined {
    const { part } = this.options;
    return part && this.standing
      ? part.slots.without(this.own.checkpoint?.slots ?? SlotSet.of([]))
      : undefined;
  }

  /** All slots that a part is to have are brought. */
  get complete(): boolean {
    return this.streamStage.complete;
  }

  /** How far the target is known to be right in what the source sends now: keys that are still to be mended are not in step. */
  get appliedOffset(): number {
    const { checkpoint } = this.own;
    if (this.copyStart) return this.copyStart.offset;
    if (!checkpoint || checkpoint.state === 'copying') return 0;
    // Commands were left out up to here or further on, and the values that stand for them are still to be written.
    return checkpoint.fault === REPAIRING ? checkpoint.verified - 1 : checkpoint.verified;
  }

  get applied(): AppliedCounts {
    return this.streamStage.applied;
  }

  /** How far each node of a cluster is, or was when the stream was last written to it. */
  get lanes(): readonly LaneStanding[] {
    if (this.copyStart) return [];
    const heldUpBy = this.streamStage.heldUpBy ?? '';
    return this.streamStage.lanes.map((lane) => {
      const away = this.away.at(lane.at);
      return away ? { ...lane, away: { ...away, heldUpBy } } : lane;
    });
  }

  /** A node of it is away, and the others go on. */
  get partial(): boolean {
    return this.stage === 'streaming' && this.streamStage.partial;
  }

  get copyRun(): CopyRun | undefined {
    return this.copyStage.run;
  }

  get keysCopied(): number {
    return this.copyStage.keysCopied;
  }

  get ownKeys(): number {
    const { checkpoint } = this.own;
    if (!checkpoint) return 0;
    const { part } = this.options;
    const { keptSlots, lanes } = checkpoint;
    // Of those that all parts have, each counts its own, and one that of a server.
    const ofServer = checkpoint.kept && part?.leads !== false ? 1 : 0;
    const names = keptSlots ? keptAmong(keptSlots, part?.slots).slots.size : ofServer;
    // The checkpoint and the index of tasks, and of a cluster those of its lanes.
    return 2 + (lanes?.lanes.length ?? 0) + names + (this.streamStage.keepsScripts ? 1 : 0);
  }

  /** Looks at what stands on the target and makes this run the task's owner. @returns where the source is to go on */
  prepare(): Promise<ResumePlan | undefined> {
    return coded('target', this.options.servers.at.target, () => this.lookAndClaim());
  }

  private async lookAndClaim(): Promise<ResumePlan | undefined> {
    const { world, spec, servers, databases, events, evictions, part } = this.options;
    const redis = await servers.openTarget();
    const prepared = await prepareTarget({
      ...{ spec, redis, databases, events, owner: this.claimant, part },
      targets: await servers.targets(),
      cluster: servers.cluster?.keptGround(spec.task),
    });
    const { cluster } = servers;
    const claimed = part
      ? await letGo({
          ...{ clock: world.clock, task: spec.task, checkpoint: prepared.checkpoint },
          ...{ targets: await servers.targets(), nodes: cluster?.nodes },
        })
      : prepared.checkpoint;
    const lanes =
      cluster && prepared.plan?.position ? await lanesIn(cluster.nodes, spec.task)(claimed) : undefined;
    const placed = lanes && lanes !== 'gone' ? atLanes(claimed, lanes) : undefined;
    const plan =
      lanes && !placed
        ? { position: undefined, reason: lanes === 'gone' ? LANE_GONE : DATABASE_UNKNOWN }
        : prepared.plan;
    const checkpoint = placed ?? claimed;
    this.own.checkpoint = checkpoint;
    this.copyStage.touched = prepared.existed;
    this.copyStage.writes = prepared.writes;
    this.othersWrote = prepared.writes !== 'none';
    if (plan?.position) await this.lookAtLeftOut();
    if (plan?.position) evictions.goOn(checkpoint, await readEvictions(await servers.targets()));
    else evictions.begin(await readEvictions(await servers.targets()));
    return plan?.position ? { ...plan, position: { ...plan.position, offset: checkpoint.verified } } : plan;
  }

  /** It was said in the claim, by which nothing was written yet. */
  hasNoted(names: StandingNames): void {
    const { checkpoint } = this.own;
    if (checkpoint && isBareClaim(checkpoint)) this.own.checkpoint = { ...checkpoint, ...names };
  }

  /** What the full copy has left out the source still has; where it may not be looked at, only what the stream brings is known. */
  private async lookAtLeftOut(): Promise<void> {
    const { servers, leftOut, part } = this.options;
    if (!leftOut || part?.leads === false || servers.facts.target.abilities.functions || !servers.source)
      return;
    leftOut.begin((await libraryNames([servers.source]).catch(() => undefined)) ?? []);
  }

  beginCopy(start: StreamPosition, reason: string | undefined): void {
    const { events, spec } = this.options;
    const other = this.own.checkpoint && otherSource(spec, this.own.checkpoint);
    if (other) return this.fatal(other);
    if (!this.move('copy')) return;
    if (reason) events.warning(`A new full copy is needed: ${reason}`);
    this.steps.supersede();
    this.copyStart = start;
    this.fullCopies += 1;
    this.steps.run();
  }

  /** The source goes on with the stream. */
  sourceResumed(replid: string): void {
    if (this.move('stream')) {
      this.steps.run();
    } else if (this.stage === 'streaming') {
      this.options.events.info(`The source goes on with the stream (${replid.slice(0, 8)}…)`);
      this.options.onStreaming();
    } else if (this.stage === 'receiving' || this.stage === 'asking') {
      this.options.events.phase(this.stage);
    } else if (this.stage === 'copying') {
      this.options.events.phase('full-copy');
      this.options.onCopying(true);
    }
  }

  /** What is under way comes to the next place where it can be cut; steps that are still to come wait. */
  pause(): void {
    this.backoff.patient = true;
  }

  resume(): void {
    this.backoff.patient = false;
    this.backoff.succeeded();
    if (this.stage === 'streaming') this.options.onStreaming();
    this.steps.resume();
    this.pump();
    this.bringAsked();
  }

  /** To a question as it was asked: nobody agrees to other counts than were shown. Not agreed to, it ends the task. */
  answer(question: TaskQuestion, agreed: boolean): void {
    const { asked } = this;
    if (!asked || this.stage !== 'asking' || !sameQuestion(asked.question, question)) return;
    if (!agreed) return this.fatal(wouldRemove(asked.question));
    this.copyStage.agree(asked.question);
    this.askNoMore();
    if (this.move(asked.allow)) this.steps.run();
  }

  /** Meanwhile the source's stream goes on into the spool, as in a pause. */
  private ask(question: TaskQuestion): void {
    const allow = this.stage === 'sweep' ? 'allow-sweep' : 'allow-replace';
    if (!this.move('ask')) return;
    this.asked = { question, allow };
    this.options.feed.pause();
    this.options.events.phase('asking');
    this.options.events.question(question);
  }

  private askNoMore(): void {
    if (!this.asked) return;
    this.asked = undefined;
    this.options.events.question(undefined);
    if (!this.options.pace.paused) this.options.feed.resume();
  }

  /** The target is another server now: what is done on the one before is done again there, from what it holds. */
  relocated(at: Endpoint): void {
    this.lost(
      new LockstepError('TARGET_LINK_LOST', `the primary is another server now: ${describeEndpoint(at)}`),
      'line-lost',
    );
  }

  /** See StreamStage. What comes of it is asked of the source anew, so the spool goes next. */
  async stepBack(fork: number): Promise<StreamPosition | undefined> {
    if (this.stage !== 'streaming' || this.options.pace.paused) return undefined;
    try {
      return await this.streamStage.stepBack(fork);
    } catch (error) {
      this.lost(asLockstepError(error), 'stream-lost');
      return undefined;
    }
  }

  /** The spool is about to be dropped. */
  reset(): void {
    this.askNoMore();
    this.dropAll();
    this.copyStart = undefined;
    this.move('reset');
  }

  /** Something waits for this offset to be checkpointed. */
  hurry(offset: number): void {
    this.streamStage.hurry(offset);
  }

  pump(): void {
    if (this.stage === 'receiving') this.received();
    else if (this.stage === 'copying') this.copyRun?.readable();
    else if (this.stage === 'streaming') this.streamStage.pump();
    else if (this.stage === 'begin-stream') this.streamStage.wakeRepair();
  }

  /** Nothing is taken from the spool before the snapshot is in it from its first byte to its last. */
  get holdsWhole(): boolean {
    return this.stage === 'receiving';
  }

  private received(): void {
    const { tooLarge } = this.options.feed;
    if (tooLarge) return this.fatal(tooLarge);
    this.copyStage.received();
  }

  /** See StreamStage.rest. */
  rest(): Promise<void> {
    return this.streamStage.rest();
  }

  /** Ends all writing at the last checkpoint, which it returns. */
  async stopWriting(): Promise<Checkpoint | undefined> {
    this.close();
    // What a step does on the control connection must not come between what is done there next: a bare claim is dropped, with the names that
    // were noted under it, and a claim for the copy that comes after that would go by them.
    const { checkpoint } = this.own;
    if (this.standing || (checkpoint && isBareClaim(checkpoint))) await this.steps.current;
    return this.own.checkpoint;
  }

  close(): void {
    this.move('close');
    this.steps.close();
    this.dropAll();
  }

  /** @returns false when the signal does not fit what is under way, such as one of what has been left behind */
  private move(signal: StageSignal): boolean {
    const next = nextStage(this.stage, signal);
    if (next !== undefined) this.stage = next;
    if (this.stage !== 'streaming') this.away.drop();
    return next !== undefined;
  }

  private async step(still: Still): Promise<void> {
    if (this.crashes.waiting) {
      const { servers } = this.options;
      await servers.openTarget();
      if (!still()) return undefined;
      this.crashes.found(servers.facts.target.runId);
    }
    switch (this.stage) {
      case 'begin-copy':
        return this.copyStage.begin(this.copyStart!, still);
      case 'receive-again':
        return void this.options.feed.restart(undefined, 'the snapshot could not be read to its end');
      case 'replace':
        return this.copyStage.replace(this.copyStart!, still);
      case 'copying':
        return this.copyStage.goOn(still);
      case 'sweep':
        return this.sweep(still);
      case 'end-copy':
        return this.endCopy(still);
      case 'begin-stream':
        return this.streamStage.begin(still, this.fullCopies > 0);
      default:
        return undefined;
    }
  }

  private async sweep(still: Still): Promise<void> {
    if (!(await this.copyStage.sweep(still)) || !still()) return;
    if (this.move('swept')) this.steps.run();
  }

  private async endCopy(still: Still): Promise<void> {
    if (!(await this.copyStage.end(still)) || !still()) return;
    this.backoff.succeeded();
    this.copyStart = undefined;
    this.line.drop();
    if (this.options.spec.fullOnly) return this.options.onCopied();
    if (this.move('noted')) this.steps.run();
  }

  /** @returns whether the other nodes are to go on without it */
  private nodeAway(node: number, error: LockstepError): boolean {
    const primary = this.options.servers.cluster?.primaries[node];
    if (this.stage !== 'streaming' || !primary) return false;
    this.away.add(describeEndpoint(primary.endpoint), error);
    // Not before the writer knows it.
    this.options.world.clock.setTimeout(() => this.partial && this.options.onAway(), 0);
    return true;
  }

  /** What the nodes have missed that were away is applied there; where all of them are by now, is looked at first. */
  private wholeAgain(): void {
    this.away.back();
    if (!this.move('mend')) return;
    this.options.servers.forgetTarget();
    this.beginStreamAnew();
  }

  /** The connection broke, or the target refused something: what the signal leads to is done when it has healed. */
  private lost(error: LockstepError, signal: StageSignal): void {
    // They have been waited for already.
    const { sinceMs } = this.away;
    if (!this.move(signal)) return;
    if (sinceMs !== undefined) this.backoff.failingSince(sinceMs);
    // Which node of a cluster has died, and of what, is not known.
    const underWay = this.options.servers.cluster
      ? undefined
      : (this.copyRun?.underWay() ?? this.streamStage.underWay());
    if (underWay) this.crashes.lost(this.options.servers.facts.target.runId, underWay);
    this.steps.supersede();
    this.copyRun?.detach();
    this.streamStage.drop();
    this.line.drop();
    this.options.servers.forgetTarget();
    this.failed(error);
  }

  private failed(error: LockstepError): void {
    if (this.stage === 'closed') return;
    const owned = error.code === 'TARGET_TAKEN_OVER' || error.code === 'CHECKPOINT_MISSING';
    if (owned && this.stage === 'begin-stream' && !this.steps.working) {
      // The target itself tells whether that was another run, or it went back in time, or came back empty.
      this.steps.run();
      return;
    }
    // What a command has read is gone, and with it the value of the key that it wrote.
    if (error.code === 'TARGET_LANES_APART' && this.stage === 'begin-stream')
      return void this.options.feed.restart(undefined, error.message);
    if (!error.entry.heals) return this.fatal(error);
    const { servers, pace, onTrouble } = this.options;
    servers.forgetTarget();
    if (pace.paused) {
      this.steps.runOnResume();
      onTrouble({ error, onResume: 'the task tries again when it is resumed' });
      return;
    }
    const waitMs = this.backoff.next(this.options.world.clock.now());
    if (waitMs === undefined) {
      return this.fatal(
        new LockstepError('RETRY_EXHAUSTED', `${error.entry.title}: ${error.message}`, { cause: error }),
      );
    }
    onTrouble({ error, waitMs, giveUpAtMs: this.backoff.givesUpAtMs });
    this.steps.runAfter(waitMs);
  }

  /**
   * A command of a batch that stands has failed, and the checkpoint vouches only for what was before that batch; or lanes of a cluster
   * stand in front of it. Where the data was the cause, its keys are brought to the source's state; the same is done by the next run, if
   * this one ends.
   */
  private unverified(error: LockstepError): void {
    if (error.entry.heals) return this.lost(error, 'stream-lost');
    if (error.code !== 'TARGET_REJECTED') return this.fatal(error);
    const { failedAfter, mending } = this.streamStage;
    // Another process of the target may have come back with what it held before it was mended.
    const failure = `${this.options.servers.facts.target.runId} ${error.message}`;
    const verified = failedAfter ?? this.own.checkpoint!.verified;
    const next = this.mends.next(verified, failure, this.options.world.clock.now(), mending);
    if (next === 'in-vain') return void this.diverged(error);
    if (next === 'too-often') return this.fatal(error);
    this.mend(error, failedAfter === undefined ? 'the keys of its batch' : 'its keys');
  }

  /** Keys may have expired before the commands of a batch came. */
  private overtaken(error: LockstepError): void {
    this.streamStage.overtaken();
    this.mend(error, 'they');
  }

  /** The next step finds out which keys they are, and brings them to the source's state. */
  private mend(error: LockstepError, keys: string): void {
    if (!this.move('mend')) return;
    const { title } = error.entry;
    this.options.events.warning(`${title} (${error.message}); ${keys} are brought to the source's state`, {
      code: error.code,
    });
    this.beginStreamAnew();
  }

  /**
   * Brings these keys to what the source has, as soon as the stream is applied as it comes. Each is settled by and by, unless the run ends
   * before. @returns false, and takes none, where too many are asked for
   */
  repair(keys: readonly AskedKey[]): boolean {
    if (!this.askedKeys.add(keys)) return false;
    this.bringAsked();
    return true;
  }

  /** Those of them that are not settled, for another run to bring. */
  takeAsked(): readonly AskedKey[] {
    return this.askedKeys.takeAll();
  }

  private bringAsked(): void {
    if (this.askedKeys.size === 0 || !this.steady || this.options.pace.paused) return;
    if (this.move('mend')) this.beginStreamAnew();
  }

  private brought(results: readonly AskedResult[]): void {
    this.askedKeys.done(results);
    const removed = results.filter(({ outcome }) => outcome === 'removed').length;
    const copied = results.length - removed;
    const lacks = removed === 1 ? 'it' : 'them';
    const said = [
      ...(copied > 0 ? [`${formatKeys(copied)} copied again from the source`] : []),
      ...(removed > 0
        ? [`${formatKeys(removed)} removed from the target, since the source does not have ${lacks}`]
        : []),
    ];
    this.options.events.info(`As asked for: ${said.join('; ')}`);
  }

  /** Keys that have been given a time to live meanwhile are read from the source. */
  private redate(): void {
    if (this.move('mend')) this.beginStreamAnew();
  }

  private beginStreamAnew(): void {
    this.streamStage.drop();
    this.line.drop();
    this.steps.run();
  }

  /** The sides differ in a way that key by key can't mend: the checkpoint says so, and the next run makes a new copy. */
  private async diverged(error: LockstepError): Promise<void> {
    const { spec, servers } = this.options;
    this.dropAll();
    try {
      await noteFault(await servers.openTarget(), spec.task, this.own.checkpoint!, error.code);
    } catch {
      // The target is gone; the run that comes next meets the same error again.
    }
    this.fatal(error);
  }

  private fatal(error: LockstepError): void {
    this.close();
    this.options.onFatal(error);
  }

  private dropAll(): void {
    this.steps.supersede();
    this.copyStage.stop();
    this.streamStage.stop();
    this.line.drop();
  }
}

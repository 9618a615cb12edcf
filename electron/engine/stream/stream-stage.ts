import {
  jointState,
  keepsExpired,
  leastBound,
  writtenBound,
  type ExpiryState,
} from '../../../shared/model/expiry-machine.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import { smallBoundMs } from '../../../shared/model/task-spec.ts';
import { isVerified, vouchedFor, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { amendCheckpoint, updateCheckpoint } from '../checkpoint/claim.ts';
import {
  fenceLanes,
  LANE_GONE,
  noteInLanes,
  noteMending,
  relane,
  TORN,
  type OwnedLanes,
} from '../checkpoint/lanes.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { KEPT_LOST } from '../checkpoint/note-kept.ts';
import { findOwnKeys, type OwnKeys } from '../checkpoint/find-own-keys.ts';
import { takesPayloadsOf } from '../control/server-facts.ts';
import { settle } from '../checkpoint/settle.ts';
import { loadScriptTexts } from '../checkpoint/script-texts.ts';
import { slotsMoved } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { coded } from '../control/control-connection.ts';
import { DATED_MS } from '../expiry/stream-clock.ts';
import { holdExpiry } from '../expiry/hold-expiry.ts';
import { Lateness } from '../expiry/late-expiry.ts';
import { ABSOLUTE_EXPIRY_VERSION } from '../repair/repair-planner.ts';
import type { AskedKeys } from '../repair/asked-keys.ts';
import { isCutShortIn, isUnderWayIn } from '../repair/cut-short.ts';
import { FailedCommands } from '../repair/failed-commands.ts';
import {
  CUT_SHORT,
  isRepairing,
  MENDING,
  needsRepair,
  REPAIRING,
  type AskedResult,
  type RepairPlan,
} from '../repair/repair-plan.ts';
import { ResumeRepair } from '../repair/resume-repair.ts';
import { EFFECTS_ONLY_VERSION } from '../pipeline/held-scripts.ts';
import { loadKeptGuard } from '../pipeline/load-kept-guard.ts';
import { judgementOf, type Judgement } from '../writer/batch-judge.ts';
import type { Damage } from '../writer/batch-writer.ts';
import { openExecLine, openLanesLine, type BatchLine } from './batch-line.ts';
import { AppliedTotals, type AppliedCounts } from './applied-totals.ts';
import { atLanes, claimStream, DATABASE_UNKNOWN, lanesIn } from '../claim/claim-stream.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { ExpiryKeeper } from './expiry-keeper.ts';
import { flushedKeys, FLUSHING } from '../claim/flushed-keys.ts';
import type { UnderWay } from '../watch/crash-watch.ts';
import { beginImport, endImport, tellImport } from '../target/target-import.ts';
import { StreamRun } from './stream-run.ts';
import type { StreamRunOptions } from './stream-run-options.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import { sleep } from '../world/clock.ts';
import type { Still, TargetGround } from '../target/target-ground.ts';
import { surelyThere } from '../claim/part-slots.ts';
import { reasonOf, SlotArrivals, type NextArrival } from './slot-arrivals.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { TaskPart } from '../source/task-part.ts';
import type { Arrival } from '../repair/repair-ground.ts';
import type { LaneStanding } from '../metrics/lane-meter.ts';

/** How long what was received may take to be applied, before a step back is given up. */
const DRAIN_MS = 2000;
const DRAIN_CHECK_MS = 10;
/** Behind a command that has failed so much of the stream is looked at for others that would. */
const LOOKED_AHEAD_BYTES = 4 * 1024 * 1024;
const NOTHING_COMES: NextArrival = { kind: 'none' };
const NEVER = (): boolean => false;

/** A batch of a lane ends before a command that fails. That it came in time says enough only where the times of its keys can be read. */
const laneJudgement = ({ lanes }: Checkpoint): Judgement => ({ errors: true, time: !lanes?.carried });

export interface StreamStageOptions extends TargetGround {
  /** Keys that somebody wants to be brought. */
  readonly asked: AskedKeys;
  readonly onAsked: (results: readonly AskedResult[]) => void;
  /** Others may have written to the target before this run. */
  readonly othersWrote: () => boolean;
  /** The stream is about to be applied from the checkpoint on. */
  readonly onBegin: () => void;
  readonly onCommitted: () => void;
  /** See StreamRunOptions. */
  readonly onAway: StreamRunOptions['onAway'];
  /** Times to live in what follows the checkpoint are not known any more: it is to be begun anew. */
  readonly onUndated: () => void;
  readonly onError: (error: LockstepError, damage: Damage) => void;
}

/** Applies the stream to the target, over one connection after another. */
export class StreamStage {
  private readonly options: StreamStageOptions;
  private readonly repairs: ResumeRepair;
  private readonly totals = new AppliedTotals();
  private readonly expiry: ExpiryKeeper;
  private coming: SlotArrivals | undefined;
  private run: StreamRun | undefined;
  /** What the run that was begun last is written over. */
  private way: BatchLine | undefined;
  /** What lanes stand in front of. */
  private readonly failed = new FailedCommands();
  /** What the run that was begun last brings to the source's state, or has brought. */
  private plan: RepairPlan | undefined;
  /** This run has applied the stream before. */
  private begun = false;
  /** Lanes say that keys are being mended in them. */
  private noted = false;
  /** It was said why its expiry stays late. */
  private carriedTold = false;
  /** What begins next follows a round of slots that has come to its end, on the same target. */
  private goesOn = false;

  constructor(options: StreamStageOptions) {
    this.options = options;
    this.expiry = new ExpiryKeeper(options, (error) => options.onError(error, 'none'));
    this.repairs = new ResumeRepair(options);
  }

  /** Keys are brought to the source's state by the run that was begun last, or were. */
  get mending(): boolean {
    return this.plan !== undefined;
  }

  /** Where lanes stand in front of a command that has failed; undefined where none do, or did before they were begun anew. */
  get failedAfter(): number | undefined {
    return this.run && this.way?.failedCommand()?.after;
  }

  /** Of the stream, over all connections of this run. `commandsRead` includes those that are not passed on. */
  get applied(): AppliedCounts {
    return this.totals.with(this.run?.applier);
  }

  /**
   * Claims the target, repairs what it may have lost, and begins to apply; or has the source begin elsewhere. `copied`: this run
   * has made the full copy.
   */
  async begin(still: Still, copied = false): Promise<void> {
    const { spec, servers, feed, databases, own, line, part } = this.options;
    const { goesOn } = this;
    this.goesOn = false;
    if (!goesOn) this.coming?.forget();
    const redis = await servers.openTarget();
    const knownOffset = own.checkpoint!.offset;
    const { cluster } = servers;
    const claim = await claimStream(
      redis,
      spec.task,
      feed,
      describeGiven(spec.source),
      servers.facts.source,
      own.checkpoint!,
      cluster && lanesIn(cluster.nodes, spec.task),
      part,
      goesOn,
    );
    // Ours from here on, even if nothing comes of it.
    if (claim.kind === 'claimed') own.checkpoint = claim.checkpoint;
    if (!still()) return;
    if (claim.kind === 'restart') return void feed.restart(claim.from, claim.reason);
    const coming = part
      ? await this.arrivals(part).next(claim.checkpoint.slots!, keptSets(spec.task, claim.checkpoint))
      : NOTHING_COMES;
    if (part && !still()) return;
    if (coming.kind === 'new-copy') return void feed.restart(undefined, coming.reason);
    // What stands there may be theirs, and a copy asks before it replaces that.
    if (coming.kind === 'bring' && coming.arrival.standing.length > 0 && this.options.othersWrote())
      return void feed.restart(
        undefined,
        reasonOf(coming.arrival.slots, 'others have written to the target'),
      );
    const wanted = coming.kind === 'bring' ? coming.arrival : undefined;
    const lanes = cluster && (await this.ownLanes(cluster, claim.checkpoint, wanted));
    if (typeof lanes === 'string') return void feed.restart(undefined, lanes);
    if (lanes && !goesOn && surelyThere(claim.checkpoint, lanes.lanes) !== claim.checkpoint.slots)
      throw slotsMoved('a node went back to an earlier state while its lanes were claimed');
    const furthest = Math.max(0, ...(lanes?.lanes ?? []).map(({ offset }) => offset));
    // Lanes that are not equally far come to one place first, and a flush that has begun to its end.
    const arrival = lanes?.apart || claim.checkpoint.fault === FLUSHING ? undefined : wanted;
    const slots = arrival ? claim.checkpoint.slots!.or(arrival.slots) : claim.checkpoint.slots;
    const claimed = lanes ? atLanes(lanes.checkpoint, lanes.lanes) : claim.checkpoint;
    if (!claimed) return void feed.restart(undefined, DATABASE_UNKNOWN);
    own.checkpoint = claimed;
    if (lanes && !still()) return;
    // What a lane had before it was ours may have gone with the node that had it.
    if (lanes && !feed.holds(claimed.verified))
      return void feed.restart({ replid: claimed.replid, offset: claimed.verified });
    feed.cursor.rewind(feed.positionAt(claimed.verified));
    const known = claimed.offset === knownOffset;
    const judgement = cluster
      ? laneJudgement(claimed)
      : await judgementOf(redis, spec.task, servers.facts.target.abilities.scripts);
    const held = (own.checkpoint = await this.hold(claimed, judgement, copied));
    if (!still()) return;
    if (cluster) {
      // That keys may be lost the checkpoint says from here on; what holds of those that stand, each lane.
      if (lanes?.late) await settle(cluster.nodes, 'home');
      const said = { expiry: held.expiry, earliestExpiry: '0', mending: '' } as const;
      await noteInLanes({ nodes: cluster.nodes, task: spec.task, checkpoint: held }, said);
      if (!still()) return;
    }
    // One that opens from here on is another one.
    const { gap } = feed.clock;
    const failed = this.failed.inFrontOf(
      (lanes?.lanes ?? []).map(({ offset, lane }) => ({ offset, slots: SlotSet.of(lane.slots) })),
    );
    const resumption = await this.repairs.prepare(held, known, this.undatedMs(held), {
      slots,
      arrival,
      asked: wanted || lanes?.apart || claim.checkpoint.fault !== '' ? undefined : this.options.asked.next(),
      failed,
      furthest,
    });
    if (!still() || resumption.kind === 'abandoned') return;
    if (resumption.kind === 'too-much')
      return this.arrivals(part!).fewer(arrival!)
        ? this.nextRound()
        : void feed.restart(undefined, reasonOf(arrival!.slots, resumption.reason));
    if (resumption.kind === 'new-copy') return void feed.restart(undefined, resumption.reason);
    let checkpoint = held;
    if (resumption.kind === 'plain' && resumption.exact) {
      const fault = isRepairing(checkpoint) ? '' : checkpoint.fault;
      checkpoint = vouchedFor({ ...checkpoint, earliestExpiryMs: 0, fault });
      await updateCheckpoint(redis, spec.task, checkpoint);
      own.checkpoint = checkpoint;
    }
    const guard = checkpoint.kept
      ? await loadKeptGuard({
          ...{ redis, nodes: cluster?.nodes, task: spec.task, checkpoint, slots },
          ...{ databases, table: servers.table },
        })
      : undefined;
    if (guard === 'lost') return void feed.restart(undefined, KEPT_LOST);
    const sourceVersion = servers.facts.source.abilities.version;
    const scriptTexts =
      sourceVersion < EFFECTS_ONLY_VERSION
        ? await loadScriptTexts(redis, spec.task)
        : new Map<string, Buffer>();
    const plan = resumption.kind === 'repair' ? resumption.plan : undefined;
    if (plan && cluster && lanes && (plan.expired || leavesOut(plan, checkpoint))) {
      // In each lane before the first command is left out there, so that it goes back with what it has left out.
      const ground = { nodes: cluster.nodes, task: spec.task, checkpoint };
      const begun = (resumption.kind === 'repair' && resumption.begun) || checkpoint.fault === MENDING;
      // Nothing was left out in front of what was vouched for then; where keys that had expired were mended from on, nobody knows.
      const from = !begun ? undefined : plan.expired ? 0 : checkpoint.verified;
      await noteMending(ground, lanes.lanes, plan.expired ? 'expired' : 'failed', from);
      this.noted = true;
      if (!still()) return;
    }
    if (plan?.expired && cluster) {
      // The checkpoint follows the lanes, and its own node may go back alone.
      checkpoint = { ...checkpoint, fault: REPAIRING, earliestExpiryMs: 1 };
      await updateCheckpoint(redis, spec.task, checkpoint);
      own.checkpoint = checkpoint;
      await settle(cluster.nodes, 'home');
      if (!still()) return;
    }
    const way =
      cluster && lanes
        ? await openLanesLine(this.options, cluster, checkpoint, lanes, () => this.pump())
        : await openExecLine(this.options, checkpoint, judgement);
    if (!still()) return way.line.close();
    feed.cursor.rewind(feed.positionAt(checkpoint.offset));
    const run = this.makeRun(way, checkpoint, {
      judgement,
      guard,
      repair: plan,
      scriptTexts,
      sourceVersion,
      datedGap: gap,
      slots,
      beginsAnew: part && !slots!.includes(part.slots) ? (offset) => offset >= furthest : NEVER,
    });
    way.hear(run);
    line.use(way.line);
    this.run = run;
    this.way = way;
    this.plan = plan;
    this.begun = true;
    this.options.onBegin();
    run.start();
    this.expiry.begin(run);
    run.pump();
  }

  /** The lanes of a cluster, one a node as far as they stand alike, that take the batches of this run alone; or why only a new copy is exact. */
  private async ownLanes(
    cluster: TargetCluster,
    checkpoint: Checkpoint,
    arrival: Arrival | undefined,
  ): Promise<(OwnedLanes & { readonly apart: boolean; readonly late: boolean }) | string> {
    const { task } = this.options.spec;
    const { nodes } = cluster;
    const fenced = await fenceLanes({ nodes, task, checkpoint });
    if (fenced.gone) return LANE_GONE;
    if (fenced.torn) return TORN;
    // What a lane says of it does not outlast another division.
    const unsaid = fenced.checkpoint.fault !== REPAIRING;
    if (unsaid && fenced.lanes.some((lane) => isCutShortIn(fenced.checkpoint, lane))) return CUT_SHORT;
    const [first] = fenced.lanes;
    const apart = fenced.lanes.some(
      ({ offset, replid }) => offset !== first!.offset || replid !== first!.replid,
    );
    const come = arrival && first && !apart ? { ...first, slots: arrival.slots } : undefined;
    const late = fenced.lanes.some((lane) => lane.late);
    const underWay = unsaid && fenced.lanes.some((lane) => isUnderWayIn(fenced.checkpoint, lane));
    const believed = await this.believeLanes(nodes, fenced.checkpoint, fenced.told, { late, underWay });
    const ground = { nodes, task, checkpoint: believed };
    const owned = await relane(ground, fenced.lanes, come);
    return { ...owned, apart, late };
  }

  /**
   * What the task's own checkpoint does not say where its node has gone back, or theirs: how late their keys may be, that some may be lost,
   * and that commands were left out.
   */
  private async believeLanes(
    nodes: SlotNodes,
    checkpoint: Checkpoint,
    told: readonly ExpiryState[],
    { late, underWay }: { readonly late: boolean; readonly underWay: boolean },
  ): Promise<Checkpoint> {
    const { task } = this.options.spec;
    const expiry = jointState(checkpoint.expiry, told);
    const lost = late && leastBound(checkpoint.expiry) !== 'exact' && checkpoint.earliestExpiryMs !== 1;
    const leftOut = underWay && checkpoint.fault === '';
    if (expiry === checkpoint.expiry && !lost && !leftOut) return checkpoint;
    const believed = await amendCheckpoint(await nodes.home(), task, checkpoint, (present) => ({
      ...present,
      expiry,
      ...(lost && { earliestExpiryMs: 1 }),
      ...(leftOut && { fault: MENDING }),
    }));
    await settle(nodes, 'home');
    return believed;
  }

  /** All slots that the part is to have are brought, as far as it is one. */
  get complete(): boolean {
    const { part, own } = this.options;
    return !part || (own.checkpoint?.slots?.includes(part.slots) ?? false);
  }

  /** All values stand in the lanes: none of them has to say any more that they may not. */
  private mended(checkpoint: Checkpoint): void {
    const { servers, spec } = this.options;
    if (!this.noted || needsRepair(checkpoint) || !servers.cluster || this.run?.repairing) return;
    this.noted = false;
    // Where that fails they say from where on it was, which they are beyond.
    noteInLanes({ nodes: servers.cluster.nodes, task: spec.task, checkpoint }, { mending: '' }).catch(
      () => {},
    );
  }

  private nextRound(): void {
    this.goesOn = true;
    this.options.onUndated();
  }

  private arrivals({ slots }: TaskPart): SlotArrivals {
    return (this.coming ??= new SlotArrivals(this.options.servers, slots, this.options.databases));
  }

  /** How far each node of a cluster is, or was when the stream was last written to it. */
  get lanes(): readonly LaneStanding[] {
    return this.way?.standing() ?? [];
  }

  /** It is applied, and no keys are to be brought on the way. */
  get steady(): boolean {
    return this.run !== undefined && !this.run.repairing && !this.partial && this.complete;
  }

  /** Nodes of the target are away, and it is applied to the others. */
  get partial(): boolean {
    return this.run?.partial ?? false;
  }

  /** See LanesWriter. */
  get heldUpBy(): string | undefined {
    return this.run && this.way?.heldUpBy();
  }

  /** Scripts of the source are kept on the target. */
  get keepsScripts(): boolean {
    return this.run?.applier.keepsScripts ?? false;
  }

  /** What the connection that has just broken was running. */
  underWay(): UnderWay | undefined {
    return this.run?.underWay();
  }

  pump(): void {
    this.run?.pump();
  }

  hurry(offset: number): void {
    this.run?.hurry(offset);
  }

  /** A batch came later than expiry was held for. */
  overtaken(): void {
    this.expiry.overtaken();
  }

  /** More has been received; a repair that is being planned may wait for it. */
  wakeRepair(): void {
    this.repairs.wake();
  }

  /**
   * The source's history parts at `fork` from what was received. @returns where the target can go on from in both; undefined where
   * something behind the fork was applied
   */
  async stepBack(fork: number): Promise<StreamPosition | undefined> {
    const { world, spec, servers, own, feed, line } = this.options;
    const { run } = this;
    // What a node misses that is away is nowhere else any more but in what was received.
    if (!run || run.partial) return undefined;
    run.hurry(feed.receivedOffset);
    const endMs = world.clock.monotonicMs() + DRAIN_MS;
    while (!run.drained && world.clock.monotonicMs() < endMs && this.run === run)
      await sleep(world.clock, DRAIN_CHECK_MS);
    const { standing } = run;
    const exact = run.drained && !run.repairing && standing.verified === standing.offset;
    if (this.run !== run || !exact || run.effectOffset > fork) return undefined;
    // Nothing is under way, and nothing more is to be.
    this.drop();
    line.drop();
    const { replid, offset } = standing;
    if (offset <= fork) return { replid, offset };
    const sourceAtMs = feed.clock.notBefore(fork) ?? 0;
    const redis = await servers.openTarget();
    const { cluster } = servers;
    if (cluster)
      await noteInLanes({ nodes: cluster.nodes, task: spec.task, checkpoint: standing }, { offset: fork });
    own.checkpoint = await amendCheckpoint(redis, spec.task, standing, (present) => {
      // That of a cluster follows its lanes.
      if (!cluster && present.offset !== offset)
        throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changed while it was written');
      return vouchedFor({ ...present, offset: fork, sourceAtMs });
    });
    return { replid, offset: fork };
  }

  /**
   * Takes nothing more on, and lets what is under way come to its end: then all lanes of a cluster stand at one offset, from which a later
   * run goes on most easily. A batch for one server stands or does not, so there nothing is waited for.
   */
  async rest(): Promise<void> {
    const { run } = this;
    const { servers, world } = this.options;
    if (!run || !servers.cluster) return;
    this.expiry.stop();
    run.stand(true);
    const endMs = world.clock.monotonicMs() + DRAIN_MS;
    while (!run.atRest && world.clock.monotonicMs() < endMs && this.run === run)
      await sleep(world.clock, DRAIN_CHECK_MS);
  }

  /** The connection is gone. */
  drop(): void {
    this.expiry.stop();
    if (!this.run) return;
    this.totals.add(this.run.applier);
    this.run.stop();
    this.run = undefined;
  }

  /** The spool is about to be gone as well. */
  stop(): void {
    this.repairs.abandon();
    this.drop();
  }

  /**
   * How far apart the moments are between which the source ran what follows this checkpoint; 0 where its times to live can be
   * told well enough, as they can while the source is asked each second, or where it sends the time itself.
   */
  private undatedMs({ offset, sourceAtMs }: Checkpoint): number {
    const { servers, feed } = this.options;
    const { abilities, clockAheadMs } = servers.facts.source;
    if (abilities.version >= ABSOLUTE_EXPIRY_VERSION) return 0;
    const nowMs = this.options.world.clock.now() + clockAheadMs;
    const gapMs = feed.clock.vagueMs(offset, feed.clock.notBefore(offset) ?? sourceAtMs, nowMs);
    return gapMs > DATED_MS ? Math.round(gapMs) : 0;
  }

  /** Makes expiry late enough for what is to be applied, over a connection of its own. */
  private async hold(checkpoint: Checkpoint, judgement: Judgement, copied: boolean): Promise<Checkpoint> {
    const { spec, servers, databases, events, feed } = this.options;
    const redis = await servers.openTargetApart();
    // Over a break of the target's connection the source has gone on telling where it stands.
    const sourceAtMs = feed.clock.notBefore(checkpoint.offset) ?? checkpoint.sourceAtMs;
    try {
      const imported = await beginImport(redis, spec, servers.facts.target.abilities);
      // The choice was taken back.
      if (!imported && keepsExpired(checkpoint.expiry)) await endImport(redis, spec.task, checkpoint);
      const held = await holdExpiry({
        clock: this.options.world.clock,
        redis,
        nodes: await servers.guarded(redis, checkpoint),
        task: spec.task,
        checkpoint: { ...checkpoint, sourceAtMs },
        databases,
        scripts: servers.facts.target.abilities.scripts,
        smallMs: smallBoundMs(spec),
        retryForMs: spec.retryForMs,
        certain: judgement.time && feed.clock.certain,
        imported,
        looked: copied || this.begun,
      });
      if (checkpoint.lanes?.carried && !this.carriedTold)
        events.info(
          `Expiry on the target stays up to ${formatDuration(held.amounts.longMs)} late, since slots were moved between its nodes; it is made exact when the target is handed over`,
        );
      this.carriedTold = checkpoint.lanes?.carried !== undefined;
      tellImport(events, spec, imported);
      if (leastBound(checkpoint.expiry) === 'exact' && !keepsExpired(held.expiry))
        events.info('Expiry on the target is late again while the stream is applied');
      return held;
    } finally {
      redis.disconnect();
    }
  }

  /** Over a connection of its own, since databases are selected on it. @throws LockstepError */
  private async ownKeys(databases: readonly number[] | 'all'): Promise<OwnKeys> {
    const { servers } = this.options;
    // Those of a cluster are found by whoever flushes its nodes.
    if (servers.cluster) return new Map();
    const redis = await servers.openTargetApart();
    try {
      return await coded('target', servers.at.target, () => findOwnKeys(redis, databases));
    } finally {
      redis.disconnect();
    }
  }

  private makeRun(
    line: BatchLine,
    checkpoint: Checkpoint,
    ground: Pick<
      StreamRunOptions,
      'judgement' | 'guard' | 'repair' | 'scriptTexts' | 'sourceVersion' | 'datedGap' | 'slots' | 'beginsAnew'
    >,
  ): StreamRun {
    const { spec, servers, feed, databases, arena, pace, evictions, leftOut, own, crashes } = this.options;
    const { world, part } = this.options;
    const { onCommitted, onAway, onUndated, onError } = this.options;
    const { abilities } = servers.facts.target;
    const lateness = new Lateness(
      writtenBound(checkpoint.expiry),
      checkpoint.amounts,
      servers.targetNowMs(),
      servers.facts.target.abilities.scripts,
    );
    const { makeWriter } = line;
    const run: StreamRun = new StreamRun(
      {
        time: world.clock,
        task: spec.task,
        feed,
        databases,
        table: servers.table,
        abilities,
        lateness,
        targetNowMs: () => servers.targetNowMs(),
        payloadsFit: takesPayloadsOf(servers.facts.source, servers.facts.target),
        flushConsented: spec.onFlush === 'apply',
        leftOut,
        bringsLibraries: part?.leads ?? true,
        arena,
        flushAllowed: spec.onFlush === 'apply' || !checkpoint.kept,
        singlyUntil: crashes.streamUntil,
        ...ground,
        makeWriter,
        pace,
        findOwnKeys: (asked) => this.ownKeys(asked),
        flushedKeys: (flushed) => flushedKeys(this.options, flushed, ground.slots!),
        evictions,
        onCommitted: (committed) => {
          const asked = this.repairs.committed(committed);
          own.checkpoint = committed;
          this.mended(committed);
          if (asked.length > 0) this.options.onAsked(asked);
          onCommitted();
        },
        onAway,
        onUndated,
        onStill: () => this.nextRound(),
        onError: (error, damage) => {
          const failed = damage === 'unverified' ? line.failedCommand() : undefined;
          const ahead = Math.min(feed.receivedOffset, run.readOffset + LOOKED_AHEAD_BYTES);
          const until = Math.max(run.readOffset, ahead);
          if (failed) this.failed.note({ ...failed, until, leftOut: this.plan?.keys });
          onError(error, damage);
        },
      },
      line.line,
      checkpoint,
    );
    return run;
  }
}

/** Whether commands behind the place that is vouched for are left out, though nothing has expired, and not only on keys of slots that come. */
const leavesOut = ({ asked, failed }: RepairPlan, checkpoint: Checkpoint): boolean =>
  asked.length > 0 || failed.length > 0 || !isVerified(checkpoint) || checkpoint.fault === MENDING;

import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { KEPT_LOST } from '../checkpoint/note-kept.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import type { LaneStanding } from '../metrics/lane-meter.ts';
import type { AskedResult } from '../repair/repair-plan.ts';
import type { Still } from '../target/target-ground.ts';
import type { UnderWay } from '../watch/crash-watch.ts';
import { judgementOf, type Judgement } from '../writer/batch-judge.ts';
import type { Damage } from '../writer/batch-writer.ts';
import { AppliedTotals, type AppliedCounts } from './applied-totals.ts';
import { openExecLine, openLanesLine, type BatchLine } from './batch-line.ts';
import { ExpiryKeeper } from './expiry-keeper.ts';
import { GroundClaims, type GroundClaimsOptions } from './ground-claims.ts';
import { makeStreamRun } from './make-stream-run.ts';
import { readBeforehand } from './read-beforehand.ts';
import { reasonOf } from './slot-arrivals.ts';
import { drained, stepBack } from './step-back.ts';
import { StreamHold } from './stream-hold.ts';
import { StreamMends, type StreamMendsOptions } from './stream-mends.ts';
import type { StreamRunOptions } from './stream-run-options.ts';
import type { StreamRun } from './stream-run.ts';

const NEVER = (): boolean => false;

/** A batch of a lane ends before a command that fails. That it came in time says enough only where the times of its keys can be read. */
const laneJudgement = ({ lanes }: Checkpoint): Judgement => ({ errors: true, time: !lanes?.carried });

export interface StreamStageOptions extends GroundClaimsOptions, StreamMendsOptions {
  readonly onAsked: (results: readonly AskedResult[]) => void;
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
  private readonly totals = new AppliedTotals();
  private readonly claims: GroundClaims;
  private readonly holding: StreamHold;
  private readonly mends: StreamMends;
  private readonly expiry: ExpiryKeeper;
  private run: StreamRun | undefined;
  /** What the run that was begun last is written over. */
  private way: BatchLine | undefined;
  /** This run has applied the stream before. */
  private begun = false;

  constructor(options: StreamStageOptions) {
    this.options = options;
    this.claims = new GroundClaims(options);
    this.holding = new StreamHold(options);
    this.mends = new StreamMends(options);
    this.expiry = new ExpiryKeeper(options, (error) => options.onError(error, 'none'));
  }

  /** Keys are brought to the source's state by the run that was begun last, or were. */
  get mending(): boolean {
    return this.mends.plan !== undefined;
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
    const { spec, servers, feed, own, line, part } = this.options;
    const ground = await this.claims.claim(still);
    if (!ground) return;
    const { redis, cluster, lanes, slots, arrival, furthest } = ground;
    const judgement = cluster
      ? laneJudgement(ground.checkpoint)
      : await judgementOf(redis, spec.task, servers.facts.target.abilities.scripts);
    const held = await this.holding.hold(ground.checkpoint, judgement, copied || this.begun);
    own.checkpoint = held;
    if (!still()) return;
    if (cluster && lanes) {
      await this.holding.say(cluster, lanes, held);
      if (!still()) return;
    }
    // One that opens from here on is another one.
    const { gap } = feed.clock;
    const resumption = await this.mends.prepare(held, this.holding.undatedMs(held), ground);
    if (!still() || resumption.kind === 'abandoned') return;
    if (resumption.kind === 'too-much')
      return this.claims.fewer(arrival!)
        ? this.nextRound()
        : void feed.restart(undefined, reasonOf(arrival!.slots, resumption.reason));
    if (resumption.kind === 'new-copy') return void feed.restart(undefined, resumption.reason);
    const exact = resumption.kind === 'plain' && resumption.exact;
    let checkpoint = exact ? await this.mends.nothingLacks(redis, held) : held;
    const read = await readBeforehand(this.options, ground, checkpoint);
    if (!read) return void feed.restart(undefined, KEPT_LOST);
    const mending = resumption.kind === 'repair' ? resumption : undefined;
    if (mending && cluster) {
      const said = await this.mends.say(mending, ground, checkpoint, still);
      if (!said) return;
      checkpoint = said;
    }
    const way =
      cluster && lanes
        ? await openLanesLine(this.options, cluster, checkpoint, lanes, () => this.pump())
        : await openExecLine(this.options, checkpoint, judgement);
    if (!still()) return way.line.close();
    feed.cursor.rewind(feed.positionAt(checkpoint.offset));
    const { onAway, onUndated } = this.options;
    const run: StreamRun = makeStreamRun(this.options, way, checkpoint, {
      ...read,
      judgement,
      repair: mending?.plan,
      datedGap: gap,
      slots,
      beginsAnew: part && !slots!.includes(part.slots) ? (offset) => offset >= furthest : NEVER,
      onCommitted: (committed) => this.committed(committed),
      onAway,
      onUndated,
      onStill: () => this.nextRound(),
      onError: (error, damage) => {
        const failed = damage === 'unverified' ? way.failedCommand() : undefined;
        if (failed) this.mends.hasFailed(failed, run);
        this.options.onError(error, damage);
      },
    });
    way.hear(run);
    line.use(way.line);
    this.run = run;
    this.way = way;
    this.mends.plan = mending?.plan;
    this.begun = true;
    this.options.onBegin();
    run.start();
    this.expiry.begin(run);
    run.pump();
  }

  /** All slots that the part is to have are brought, as far as it is one. */
  get complete(): boolean {
    const { part, own } = this.options;
    return !part || (own.checkpoint?.slots?.includes(part.slots) ?? false);
  }

  private committed(checkpoint: Checkpoint): void {
    const asked = this.mends.committed(checkpoint, this.run?.repairing ?? false);
    this.options.own.checkpoint = checkpoint;
    if (asked.length > 0) this.options.onAsked(asked);
    this.options.onCommitted();
  }

  private nextRound(): void {
    this.claims.nextRound();
    this.options.onUndated();
  }

  /** How far each node of a cluster is, or was when the stream was last written to it. */
  get lanes(): readonly LaneStanding[] {
    return this.way?.standing() ?? [];
  }

  /** It is applied, no keys are to be brought on the way, and none would be once more if it were begun anew here. */
  get steady(): boolean {
    return this.run !== undefined && !this.run.repairing && !this.partial && this.complete && this.settled;
  }

  /** Lanes are beyond the place at which slots have come last: at that place they may lack them; see `surelyThere`. */
  private get settled(): boolean {
    const { checkpoint } = this.options.own;
    const { arrived, offset = 0 } = checkpoint ?? {};
    return !this.options.servers.cluster || !arrived || offset > arrived.offset;
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
    this.mends.wake();
  }

  /**
   * The source's history parts at `fork` from what was received. @returns where the target can go on from in both; undefined where
   * something behind the fork was applied
   */
  stepBack(fork: number): Promise<StreamPosition | undefined> {
    const { run } = this;
    // What a node misses that is away is nowhere else any more but in what was received.
    if (!run || run.partial) return Promise.resolve(undefined);
    return stepBack(this.options, run, fork, {
      present: () => this.run === run,
      drop: () => {
        this.drop();
        this.options.line.drop();
      },
    });
  }

  /**
   * Takes nothing more on, and lets what is under way come to its end: then all lanes of a cluster stand at one offset, from which a later
   * run goes on most easily. A batch for one server stands or does not, so there nothing is waited for.
   */
  rest(): Promise<void> {
    const { run } = this;
    const { servers, world } = this.options;
    if (!run || !servers.cluster) return Promise.resolve();
    this.expiry.stop();
    run.stand(true);
    return drained(
      world.clock,
      () => run.atRest,
      () => this.run === run,
    );
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
    this.mends.abandon();
    this.drop();
  }
}

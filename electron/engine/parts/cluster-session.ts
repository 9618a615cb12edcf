import type { Limits, Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { MOST_ASKED_KEYS } from '../../../shared/model/key-repair.ts';
import type { AskedKey } from '../repair/asked-keys.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { StandingNames } from '../checkpoint/checkpoint.ts';
import type { FoundCluster } from '../control/discover-cluster.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { World } from '../world/world.ts';
import { ClaimGate } from '../pacing/claim-gate.ts';
import { Deferred } from '../pacing/deferred.ts';
import { divideSource, doubted, type DividedPart, type Division } from '../source/divide-source.ts';
import { openFormerParts, type LeftParts } from '../claim/former-parts.ts';
import { jointMetrics, NO_WORK, withWork } from './joint-metrics.ts';
import { jointOutcome, type PartEnd } from './joint-outcome.ts';
import { jointPhase } from './joint-phase.ts';
import { memoryShare } from '../pacing/memory-share.ts';
import { RateLimit } from '../pacing/pace.ts';
import { PartRows } from './part-rows.ts';
import { refuseReplica } from '../source/refuse-replica.ts';
import { RunningPart } from './running-part.ts';
import { StandingParts } from './standing-parts.ts';
import { UnsettledSource } from './unsettled-source.ts';
import type { Run } from '../task/run.ts';
import { sameQuestion } from '../copy/shrink.ts';
import { isStray, ShardSource, SourceCluster, unsettledIn } from '../source/source-cluster.ts';
import { SourceWatch } from '../source/source-watch.ts';
import type { SessionSetting } from '../task/sync-session.ts';
import type { TaskEvents } from '../events/task-events.ts';
import { TaskLog } from '../events/task-log.ts';
import { Turns } from '../pacing/turns.ts';
import type { PartGround } from '../source/task-part.ts';

export interface ClusterSetting extends Pick<SessionSetting, 'logs' | 'makeArena'> {
  /** Its parts are there, and tell themselves what they are about to read. */
  readonly onBegun?: () => void;
}

/** Each goes through all keys of the target, in pages that are held meanwhile. */
const HAND_OVERS_AT_ONCE = 4;

/** One run of a task whose source is a cluster: a part for each shard, and who brings which slots when these move. */
export class ClusterSession implements Run {
  private readonly world: World;
  private readonly spec: TaskSpec;
  private readonly events: TaskEvents;
  private readonly log: TaskLog;
  private readonly setting: ClusterSetting;
  private readonly limit: RateLimit;
  private readonly cluster: SourceCluster;
  private readonly watch: SourceWatch;
  private readonly claims = new Turns();
  private readonly handOvers = new Turns(HAND_OVERS_AT_ONCE);
  private readonly ended = new Deferred<void>();
  private readonly standing: StandingParts;
  private readonly unsettled: UnsettledSource;
  private parts: RunningPart[] = [];
  /** Of parts that were begun anew since: how they ended, and what they had done. */
  private readonly earlier: PartEnd[] = [];
  private work = NO_WORK;
  private readonly rows = new PartRows();
  private gate: ClaimGate<StandingNames | undefined> | undefined;
  private dividing = false;
  /** Keys that were asked for while nobody has their slots yet. */
  private readonly asked: AskedKey[] = [];
  /** Settles, and never rejects, once those are begun anew whose slots have changed. */
  private division: Promise<void> | undefined;
  private phase: Phase = 'connecting';
  private question: TaskQuestion | undefined;
  private paused = false;
  private stopping: Stop | undefined;
  private failed = false;

  constructor(world: World, spec: TaskSpec, events: TaskEvents, setting: ClusterSetting = {}) {
    const { clock } = world;
    this.world = world;
    this.spec = spec;
    this.events = events;
    this.setting = setting;
    this.log = new TaskLog(clock, events);
    this.standing = new StandingParts(world, spec, events);
    this.unsettled = new UnsettledSource(events);
    const { maxCommandsPerSecond, maxBytesPerSecond = 0 } = spec;
    this.limit = new RateLimit({ maxCommandsPerSecond, maxBytesPerSecond }, clock.now());
    this.cluster = new SourceCluster(world, spec.source);
    this.watch = new SourceWatch(world, this.cluster, (found) => this.found(found));
  }

  async run(): Promise<Outcome> {
    try {
      const found = await this.cluster.look();
      if (found.topology.shards.length === 0) throw withoutSlots(found);
      await refuseReplica(this.world, this.cluster, this.spec.target);
      const former = await openFormerParts(this.world, this.spec);
      this.standing.found(former);
      if (this.stopping) throw notBegun();
      const standing = former.map(({ number, checkpoint }) => ({
        number,
        slots: checkpoint.slots ?? SlotSet.of([]),
      }));
      const division = divideSource(found.topology.shards, standing);
      this.noteUnsettled(found);
      this.tellShards(found, division);
      await this.standing.removeFormer(former, division.gone);
      this.begin(found, division.parts, division, { goesOn: false, doubted: doubted(standing) });
      this.setting.onBegun?.();
      this.repair(this.asked.splice(0));
      this.watch.start(found);
      await this.ended.promise;
      await this.close();
      return jointOutcome(
        this.parts.flatMap(({ end }) => (end ? [end] : [])),
        this.earlier,
      );
    } catch (error) {
      this.failed = true;
      const known = asLockstepError(error);
      this.gate?.fail(known);
      this.stop('now');
      // Parts that were about to be begun anew hand over as well.
      await this.division;
      await Promise.all(this.parts.map(({ done }) => done));
      await this.close();
      throw known;
    } finally {
      this.watch.stop();
      this.cluster.forget();
    }
  }

  stop(how: Stop): void {
    this.stopping = how;
    for (const { ended, session } of this.parts) if (!ended) session.stop(how);
    this.partEnded();
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.log.paused();
    for (const { voice, session } of this.parts) voice.silently(() => session.pause());
    this.show();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.log.resumed();
    for (const { voice, session } of this.parts) voice.silently(() => session.resume());
    this.show();
  }

  answer(question: TaskQuestion, agreed: boolean): void {
    const { question: shown } = this;
    if (!shown || !sameQuestion(shown, question)) return;
    const part = this.parts.find(({ voice }) => voice.asked && sameQuestion(voice.asked, question));
    part?.session.answer(question, agreed);
  }

  /** Each by the part that has its slot, once there are all that are to be. */
  repair(keys: readonly AskedKey[]): void {
    if (this.dividing || this.parts.length === 0) {
      const room = Math.max(0, MOST_ASKED_KEYS - this.asked.length);
      this.asked.push(...keys.slice(0, room));
      for (const key of keys.slice(room)) key.settle('not-done', 'too many keys are asked for already');
      return;
    }
    const left = new Set(keys);
    for (const { ended, ground, session } of this.parts) {
      const own = keys.filter(({ key }) => !ended && ground.slots.hasKey(Buffer.from(key, 'latin1')));
      if (own.length > 0) session.repair(own);
      for (const key of own) left.delete(key);
    }
    for (const key of left) key.settle('not-done', 'its slot is taken up by another shard at the moment');
  }

  setLimits(limits: Limits): void {
    this.log.limits(limits);
    for (const { voice, session } of this.parts) voice.silently(() => session.setLimits(limits));
    this.limit.set(limits);
  }

  metrics(phase: Phase): Metrics {
    const nowMs = this.world.clock.now();
    return jointMetrics(this.rows.figures(this.parts, nowMs), phase, nowMs, this.work, this.unsettled.slots);
  }

  get resumable(): boolean {
    return this.parts.some(({ session }) => session.resumable);
  }

  get handedOver(): boolean {
    return this.parts.length > 0 && this.parts.every(({ session }) => session.handedOver);
  }

  /** Starts parts that have all to claim what is theirs before any of them goes on. */
  private begin(
    found: FoundCluster,
    parts: readonly DividedPart[],
    division: Division,
    standing: Pick<PartGround, 'goesOn' | 'doubted'>,
    left: LeftParts = new Map(),
  ): void {
    const gate = (this.gate = new ClaimGate(parts.length, () => this.noteNames()));
    const { parts: all } = division;
    const { goesOn, doubted: doubts } = standing;
    const { names } = this.standing;
    const leader = leaderOf(division);
    for (const { number, slots, shard } of parts) {
      const claimant = this.standing.begins(number);
      const part: RunningPart = new RunningPart({
        world: this.world,
        spec: this.spec,
        spoolMaxBytes: Math.floor(this.spec.spoolMaxBytes / all.length),
        setting: {
          logs: this.setting.logs,
          makeArena: this.setting.makeArena,
          limit: this.limit,
          memory: memoryShare(all.length),
        },
        ground: {
          slots,
          // Before any part has claimed what is its, nobody has looked at what stands there.
          ...{ begun: names !== undefined, goesOn, names },
          // What stands there of a part that this run did not have has come back.
          doubted: goesOn && !left.has(number) ? slots : doubts,
          left: left.get(number),
          leads: number === leader,
          claimant,
          claims: this.claims,
          handOvers: this.handOvers,
          shard: new ShardSource(this.cluster, shard, slots, found),
          allClaimed: () => gate.arrive(),
          settled: () => this.unsettled.why === '' && !this.dividing,
          confirm: () => this.watch.now(),
        },
        voice: {
          number,
          events: this.events,
          onPhase: () => this.show(),
          onQuestion: () => this.ask(),
        },
        onFailed: (error) => this.partFailed(part, error, gate),
        onEnded: () => this.partEnded(),
      });
      this.parts.push(part);
      if (this.paused) part.voice.silently(() => part.session.pause());
      if (this.stopping) part.session.stop(this.stopping);
    }
    this.parts.sort((a, b) => a.number - b.number);
  }

  private noteNames(): Promise<StandingNames | undefined> {
    return this.standing.noteNames(this.parts, () => {
      if (this.failed || this.stopping) throw notBegun();
    });
  }

  /** All that were begun have ended. */
  private async close(): Promise<void> {
    this.watch.stop();
    await this.gate?.idle;
    await this.standing.close(this.parts);
  }

  private partFailed(
    part: RunningPart,
    error: LockstepError,
    gate: Pick<ClaimGate<unknown>, 'arrive'>,
  ): void {
    if (!isStray(error) || part.owned) return this.ended.reject(error);
    // The others go on without it, and its slots are divided with what the source is found as next, be that as it was.
    gate.arrive().catch(() => undefined);
    this.watch.again();
  }

  private partEnded(): void {
    // One that has given up its place is begun anew, but for a run that is to end.
    const over = ({ ended, strayed }: RunningPart): boolean =>
      ended && (!strayed || this.stopping !== undefined);
    if (!this.dividing && this.parts.length > 0 && this.parts.every(over)) this.ended.resolve();
  }

  /** The source is not as it was found before. @returns false where that cannot be acted on yet */
  private async found(found: FoundCluster): Promise<boolean> {
    // Its slots have moved, all of them where the division leaves it as it is.
    const strayed = new Set<number>();
    for (const { number, ground } of this.parts) {
      try {
        ground.shard.place(found);
      } catch {
        strayed.add(number);
      }
    }
    this.noteUnsettled(found);
    if (this.unsettled.why !== '' || this.failed) return true;
    if (this.dividing || this.gate?.open === false) return false;
    this.division = this.divideAnew(found, strayed).catch((error: unknown) =>
      this.ended.reject(asLockstepError(error)),
    );
    await this.division;
    return true;
  }

  /** Those whose slots are others by now, or lie on another node (`strayed`), are begun anew, and the others go on. */
  private async divideAnew(found: FoundCluster, strayed: ReadonlySet<number>): Promise<void> {
    const division = divideSource(
      found.topology.shards,
      this.parts.map(({ number, ground }) => ({ number, slots: ground.slots })),
    );
    const present = new Map(this.parts.map((part) => [part.number, part]));
    const leader = leaderOf(division);
    const changed = division.parts.filter(({ number, slots }) => {
      const part = present.get(number);
      const ground = part?.ground;
      if (strayed.has(number) || part?.strayed) return true;
      return !ground?.slots.equals(slots) || ground.leads !== (number === leader);
    });
    if (changed.length === 0 && division.gone.length === 0) return;
    this.dividing = true;
    this.show();
    try {
      const leaving = [...changed.map(({ number }) => number), ...division.gone].flatMap((number) => {
        const part = present.get(number);
        return part ? [part] : [];
      });
      for (const part of leaving) {
        this.rows.leaves(part, this.world.clock.now());
        part.session.suspend();
      }
      await Promise.all(leaving.map(({ done }) => done));
      this.standing.noteLeft(leaving);
      for (const { session } of leaving) this.asked.push(...session.takeAsked());
      for (const { figures, end } of leaving) {
        this.work = withWork(this.work, figures.metrics);
        if (end) this.earlier.push(end);
      }
      this.parts = this.parts.filter((part) => !leaving.includes(part));
      const left = new Map(leaving.map(({ number, owned }) => [number, owned?.checkpoint]));
      const fault = await this.standing.remove(
        division.gone,
        left,
        () => this.stopping !== undefined,
        (trouble) => this.log.trouble(trouble),
      );
      for (const number of division.gone) this.rows.forget(number);
      // Then they are begun to be handed over.
      if (fault) this.stop('now');
      this.tellShards(found, { ...division, parts: changed });
      if (changed.length > 0) this.begin(found, changed, division, { goesOn: true }, left);
      if (fault) throw fault;
    } finally {
      this.dividing = false;
      this.repair(this.asked.splice(0));
    }
    // What others have reached meanwhile counts from here on.
    for (const { session } of this.parts) session.lookAgain();
    this.show();
    this.partEnded();
  }

  private noteUnsettled(found: FoundCluster): void {
    if (this.unsettled.note(found)) for (const { session } of this.parts) session.lookAgain();
  }

  private tellShards(found: FoundCluster, { parts, gone }: Division): void {
    for (const { number, slots, shard } of parts)
      this.events.info(
        `Shard ${number} of the source has ${slots.size} slots, at ${describeEndpoint(found.endpointOf(shard.primary))}`,
      );
    for (const number of gone)
      this.events.info(`Shard ${number} of the source is gone: others have its slots`);
  }

  private show(): void {
    // Slots that are taken up are nobody's until their parts are begun.
    const phases = this.rows.phases(this.parts);
    const phase = this.paused ? 'paused' : jointPhase(this.dividing ? [...phases, 'catching-up'] : phases);
    if (phase === this.phase) return;
    this.phase = phase;
    this.events.phase(phase);
  }

  /** One question after another. */
  private ask(): void {
    const next = this.parts.find(({ voice }) => voice.asked)?.voice.asked;
    if (next === this.question) return;
    this.question = next;
    this.events.question(next);
  }
}

/** What earlier runs have brought would be nobody's. */
const withoutSlots = ({ topology }: FoundCluster): LockstepError =>
  new LockstepError('SOURCE_CLUSTER_DOWN', unsettledIn(topology));

const notBegun = (): LockstepError =>
  new LockstepError(
    'INTERRUPTED',
    'nothing was changed, as it had not looked at the target yet; the next run goes on from where the task stands',
  );

/** Who brings what every shard has: function libraries. */
const leaderOf = ({ parts }: Division): number => Math.min(...parts.map(({ number }) => number));

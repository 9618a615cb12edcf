import type { DatabaseCount, Metrics, Phase } from '../../../shared/model/metrics.ts';
import { readEvictions } from '../control/evictions.ts';
import { parseInfo } from '../control/info.ts';
import { DATED_MS } from '../expiry/stream-clock.ts';
import { isReplyError } from '../control/reply-error.ts';
import { identityOf, partsAt, type ServerIdentity } from '../control/server-facts.ts';
import { timeOf } from '../control/server-time.ts';
import { countKeys } from '../metrics/key-counts.ts';
import { LaneMeter } from '../metrics/lane-meter.ts';
import { LagMeter } from '../metrics/lag-meter.ts';
import { RateMeter } from '../metrics/rate-meter.ts';
import type { LeftOutLibraries } from '../commands/left-out-libraries.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { backlogReach } from '../watch/backlog-reach.ts';
import type { EvictionWatch } from '../watch/eviction-watch.ts';
import type { Servers } from '../target/servers.ts';
import { SourceStanding } from '../watch/source-standing.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { TargetSide } from './target-side.ts';
import type { Clock, Timer } from '../world/clock.ts';

const INTERVAL_MS = 1000;
/** Of the time between question and answer, half is taken to be the way back. */
const MOST_TRIP_MS = DATED_MS / 2;

/**
 * Where the source stands. `unheard`: it cannot be asked, or tells of a history that is not the one that is followed; `untold`: it
 * tells none that a number holds.
 */
export type SourceOffset = number | 'unheard' | 'untold';

export interface SamplerOptions {
  readonly clock: Clock;
  readonly evictions: EvictionWatch;
  readonly leftOut: LeftOutLibraries | undefined;
  /** The target has evicted keys since the last look. */
  readonly onEvicted: () => void;
  /** The source has told where it stands; `nth`: see `Sampler.asked`. */
  readonly onOffset: (offset: number, nth: number) => void;
  /** The source has lost its own primary, or has it again. */
  readonly onStanding: () => void;
  /** With each look at the servers. */
  readonly onLook: () => void;
  readonly servers: Servers;
  readonly databases: DatabaseChoice;
  readonly feed: SourceFeed;
  readonly target: TargetSide;
}

/** Looks at both sides once a second and makes the task's metrics of it. */
export class Sampler {
  private readonly options: SamplerOptions;
  private readonly lag = new LagMeter();
  private readonly lanes = new LaneMeter();
  readonly standing = new SourceStanding();
  private readonly readCommands = new RateMeter();
  private readonly readBytes = new RateMeter();
  private readonly appliedCommands = new RateMeter();
  private readonly appliedBytes = new RateMeter();
  private timer: Timer | undefined;
  private databases: readonly DatabaseCount[] = [];
  /** Since when the copy has been going on without a break, and how much of it was done by then. */
  private copyBeganMs = 0;
  private shareAtBegin = 0;
  private backlog: Metrics['backlog'];
  private countedAtMs: number | undefined;
  private sourceAtMs: number | undefined;
  private sampling = false;
  /** The look at both sides that is under way. */
  private looking: Promise<void> | undefined;
  faults = 0;
  /** How often the source has been asked where it stands. */
  asked = 0;

  constructor(options: SamplerOptions) {
    this.options = options;
  }

  start(): void {
    const look = (): void => {
      this.options.onLook();
      void this.lookAtSource();
      void this.lookAtBoth();
    };
    this.timer = this.options.clock.setInterval(look, INTERVAL_MS);
    look();
  }

  stop(): void {
    this.options.clock.clear(this.timer);
  }

  /** Counts once more after the last write, so that what is told of a run at last is how it has left both sides. */
  async lookLast(): Promise<void> {
    this.stop();
    await this.looking;
    await this.options.servers.openTarget().catch(() => undefined);
    await this.lookAtBoth();
  }

  /** The source cannot be asked, and what is read in its place has lost it. */
  alone(identity: ServerIdentity): void {
    const { clock, onStanding } = this.options;
    if (this.standing.look(identity, clock.now())) onStanding();
  }

  /** Reads the source's offset now. */
  async sampleSource(): Promise<SourceOffset> {
    this.asked += 1;
    try {
      const { servers, feed } = this.options;
      const redis = await servers.openSource();
      const askedAtMs = this.options.clock.now();
      // The time first: whatever stands behind the offset was run after it.
      const asking = redis.pipeline().time().info('replication');
      const [time, info] = (await asking.exec()) ?? [];
      const nowMs = this.options.clock.now();
      // In a pipeline, what keeps it from being answered at all stands where an answer would.
      if (!info || info[0]) return isReplyError(info?.[0]) ? 'untold' : 'unheard';
      const fields = parseInfo(String(info[1]));
      const offset = Number(fields.get('master_repl_offset') ?? fields.get('slave_repl_offset'));
      if (this.standing.look(identityOf(fields), nowMs)) this.options.onStanding();
      // One that a number does not hold exactly is none of a server's, and never reached.
      if (!Number.isSafeInteger(offset)) return 'untold';
      if (!this.isFollowed(fields)) return 'unheard';
      // It may have been there since it was asked, and how long the answer was on its way is lag as well.
      this.lag.sample(askedAtMs, offset);
      this.sourceAtMs = nowMs;
      const reach = backlogReach(fields, this.lag.bytesPerSecond);
      this.backlog = reach && { ...reach, atMs: nowMs };
      // This machine's clock where TIME is not permitted.
      const toldMs = time && timeOf(time[1]);
      const sourceMs = toldMs ?? askedAtMs + servers.facts.source.clockAheadMs;
      const certain = toldMs !== undefined && fields.get('role') === 'master';
      // When it was read is not known of an answer that was long on its way, or lay here unread.
      if (nowMs - askedAtMs <= MOST_TRIP_MS)
        feed.sampled(fields.get('master_replid') ?? '', offset, sourceMs, (askedAtMs + nowMs) / 2, certain);
      return offset;
    } catch {
      return 'unheard';
    }
  }

  /** What the source had when it was last asked that lies behind this offset, and how long before `atMs` it passed it. */
  behind(offset: number, atMs: number): { readonly bytes: number; readonly seconds: number } {
    return { bytes: this.lag.bytes(offset), seconds: this.lag.seconds(offset, atMs) };
  }

  /** What the source has written a second during this run, an hour back at most. */
  get sourceBytesPerSecond(): number {
    return this.lag.bytesPerSecond;
  }

  /** How far the source was when it was last asked. */
  get sourceOffset(): number {
    return this.lag.sourceOffset;
  }

  /** Keys of the source in the databases that are taken; 0 until they were counted. */
  get sourceKeys(): number {
    return this.databases.reduce((sum, { sourceKeys }) => sum + sourceKeys, 0);
  }

  metrics(phase: Phase): Metrics {
    const { feed, target, servers } = this.options;
    const nowMs = this.options.clock.now();
    const copy = target.copyRun;
    const received = feed.receivedOffset;
    const applied = target.progress.appliedOffset;
    const commands = target.streaming ? target.applied.commandsApplied : (copy?.commands ?? 0);
    const bytes = target.streaming ? target.applied.bytesApplied : (copy?.bytesDone ?? 0);
    const commandsRead = target.streaming ? target.applied.commandsRead : commands;
    const bytesRead = feed.receivedBytes;
    // A copy and the stream have counters of their own, each copy again, and the stream's goes on behind one that came between.
    const of = target.streaming ? target : copy;
    const commandsPerSecond = this.appliedCommands.perSecond(commands, nowMs, of);
    const { lanes } = target;
    // Once nothing is waited for any more it was found settled, or is not written to by its slots yet.
    const unsettled = phase === 'reconnecting' ? servers.cluster?.unsettled : undefined;
    return {
      atMs: nowMs,
      phase,
      copy: this.copyProgress(phase, nowMs),
      read: {
        commands: commandsRead,
        bytes: bytesRead,
        commandsPerSecond: this.readCommands.perSecond(commandsRead, nowMs, of),
        bytesPerSecond: this.readBytes.perSecond(bytesRead, nowMs),
      },
      applied: {
        commands,
        bytes,
        commandsPerSecond,
        bytesPerSecond: this.appliedBytes.perSecond(bytes, nowMs, of),
      },
      offsets: {
        source: Math.max(this.lag.sourceOffset, target.streaming ? received : 0),
        received,
        applied,
      },
      lag: {
        bytes: this.lag.bytes(applied),
        seconds: Math.max(this.lag.seconds(applied, nowMs), this.standing.staleSeconds(nowMs)),
      },
      spool: { bytes: feed.unreadBytes, diskBytes: feed.diskBytes },
      sourceAtMs: this.sourceAtMs,
      databases: this.databases,
      countedAtMs: this.countedAtMs,
      backlog: this.backlog,
      evictedKeys: this.options.evictions.count,
      librariesLeftOut: this.options.leftOut?.count ?? 0,
      faults: this.faults,
      rssBytes: process.memoryUsage.rss(),
      ...(lanes.length > 0 && {
        lanes: this.lanes.figures(lanes, (offset) => this.lag.bytes(offset), nowMs),
      }),
      ...(unsettled && { unsettled: { target: unsettled } }),
    };
  }

  private copyProgress(phase: Phase, nowMs: number): Metrics['copy'] {
    const { feed, target } = this.options;
    const copy = target.copyRun;
    const bytesDone = copy?.bytesDone ?? 0;
    const keysDone = copy?.keysDone ?? target.keysCopied;
    const keysExpected = copy?.applier && this.keysExpected(copy.applier.expectedKeys);
    const known = feed.snapshot?.rdbEnd ?? feed.snapshotBytes;
    const share = known ? bytesDone / known : keysExpected ? Math.min(1, keysDone / keysExpected) : 0;
    if (phase !== 'full-copy' || this.copyBeganMs === 0) {
      this.copyBeganMs = nowMs;
      this.shareAtBegin = share;
    }
    const elapsedMs = nowMs - this.copyBeganMs;
    const gained = share - this.shareAtBegin;
    const remainingMs =
      gained > 0 && elapsedMs > 1000 ? Math.round((elapsedMs * (1 - share)) / gained) : undefined;
    return {
      bytesDone,
      bytesTotal: known,
      bytesReceived: feed.receivedBytes,
      keysDone,
      keysExpected,
      remainingMs,
    };
  }

  /** The snapshot announces its keys database by database; until the last has come, the source's own count knows more. */
  private keysExpected(announced: number): number {
    return Math.max(announced, this.sourceKeys);
  }

  /** Nothing else tells that keys are missing on the target. @throws when the target cannot be asked */
  async lookForEvictions(): Promise<void> {
    const { servers, evictions, onEvicted } = this.options;
    if (servers.target && evictions.look(await readEvictions(await servers.targets())) > 0) onEvicted();
  }

  /** An offset of a history that is not the one that is followed says nothing of it. Before 4.0 INFO names no history. */
  private isFollowed(info: ReadonlyMap<string, string>): boolean {
    const { replid, receivedOffset } = this.options.feed;
    const history = info.get('master_replid');
    if (replid === '' || history === undefined || history === replid) return true;
    // After a failover it has what came up to where it was promoted; behind that what was received is of no history any more.
    const fork = partsAt(identityOf(info), replid);
    return fork !== undefined && fork >= receivedOffset;
  }

  /** By itself: what the target applies later is dated by it, whatever keeps the target from answering. */
  private async lookAtSource(): Promise<void> {
    if (this.sampling) return;
    this.sampling = true;
    const nth = this.asked + 1;
    const offset = await this.sampleSource();
    this.sampling = false;
    if (typeof offset === 'number') this.options.onOffset(offset, nth);
  }

  private lookAtBoth(): Promise<void> {
    this.looking ??= this.countBoth().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async countBoth(): Promise<void> {
    try {
      const { servers, databases, target } = this.options;
      await servers.lookAtTargetClock();
      await this.lookForEvictions();
      if (servers.source && servers.target) {
        this.databases = await countKeys(servers.source, await servers.targets(), databases, target.ownKeys);
        this.countedAtMs = this.options.clock.now();
      }
    } catch {
      // A side that does not answer shows in the link's own state; the last counts stay.
    }
  }
}

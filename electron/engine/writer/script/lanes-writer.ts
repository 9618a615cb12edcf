import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import { CHECKPOINT_DB, type Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Deadline } from '../../expiry/deadline.ts';
import type { CommandReader } from '../../protocol/resp/command-reader.ts';
import { printable } from '../../protocol/resp/describe-command.ts';
import { command } from '../../protocol/resp/encode.ts';
import { ROUTE, type CommandRouter } from '../../router/command-router.ts';
import type { CrossingPlan } from '../../router/crossing-plan.ts';
import { SlotSet } from '../../router/slot-set.ts';
import type { BatchEvents, BatchWriter, Damage } from '../batch-writer.ts';
import { StreamPlaces } from '../stream-places.ts';
import type { ClusterChannel } from './cluster-channel.ts';
import type { PlacedCommand, PlacedCrossing, StandingLanes } from './crossing.ts';
import type { FailedCommand } from './failed-command.ts';
import { isGone } from './gone.ts';
import { LaneWriter } from './lane-writer.ts';
import { LanesBarrier } from './lanes-barrier.ts';
import { LanesCommit } from './lanes-commit.ts';
import { MainCheckpoint } from './main-checkpoint.ts';
import type { LaneFailure } from './script-reply.ts';
import { StagedCommands } from './staged-commands.ts';

/** A lane as a run takes it over. */
export interface LaneStart {
  /** Its checkpoint, which has this run's owner and epoch. */
  readonly key: string;
  /** The index of its node among those of the channel. */
  readonly node: number;
  /** Where it stands. */
  readonly offset: number;
  readonly slots: SlotSet;
}

/** What no lane can do by itself. Each may be asked for once more after a crash, with some of the lanes beyond it. */
export interface Crossings {
  /** Does a command with keys in several lanes, which ends at this offset. */
  cross(crossing: PlacedCrossing, end: number, lanes: StandingLanes): Promise<void>;
  /** Does a command on every node. */
  everyNode(command: PlacedCommand, end: number, lanes: StandingLanes): Promise<void>;
}

export interface LanesWriterOptions extends BatchEvents {
  readonly task: string;
  readonly channel: ClusterChannel;
  /** By the numbers that the router tells. */
  readonly lanes: readonly LaneStart[];
  readonly router: CommandRouter;
  readonly crossings: Crossings;
  /** The index of the node that has the task's checkpoint. */
  readonly home: number;
  /** There may be room again. */
  readonly onProgress: () => void;
}

/** What a lane does not get past: it stands in front of it, and only a new copy leads on. */
const IMPASSABLE: ReadonlySet<ErrorCode> = new Set([
  'TARGET_REJECTED',
  'COMMAND_TOO_LARGE',
  'COMMAND_UNSUPPORTED',
]);

const damageOf = ({ code }: LockstepError): Damage =>
  code === 'EXPIRY_OVERTAKEN' ? 'late' : IMPASSABLE.has(code) ? 'unknown' : 'none';

/**
 * Applies the stream to a cluster: each command goes to its lane, with its end in the stream, and lanes are written side by side in
 * batches of their own, each with its offset. What is written to the channel's output is divided as soon as it is flushed; `commit` has every lane
 * end at the same offset. How far the target is, is the least of what the lanes say; the task's own checkpoint follows.
 *
 * A command that concerns several lanes is a barrier: what is before it stands on all of them, then it is done, then they go on.
 *
 * While a node is away, what is for its lanes is let go of, and the others go on, up to a barrier that concerns it. Where the lanes of
 * that node stand, their own checkpoints tell whoever takes the stream up anew.
 */
export class LanesWriter implements BatchWriter {
  private readonly options: LanesWriterOptions;
  private readonly lanes: readonly LaneWriter[];
  private readonly staged: StagedCommands;
  private readonly commits: LanesCommit;
  readonly places: StreamPlaces;
  private open = false;
  private started = false;
  private failed = false;
  private readonly barrier: LanesBarrier;
  /** The offset at which the command that was taken last ends, and that of the one of the source before it. */
  private lastEnd: number;
  private endBefore: number;
  /** Something that it became was given to a lane. */
  private begun = false;
  /** The database that the present batch writes to last, and that of what is taken. */
  private db = CHECKPOINT_DB;
  private takenDb = CHECKPOINT_DB;
  /** The command that the barrier was raised for last, and its keys where it lies across lanes. */
  private raisedFor = '';
  private crossing: CrossingPlan | undefined;
  /** Why this writer has ended, where keys of a command can be brought to the source's state: see Damage, `unverified`. */
  failedCommand: FailedCommand | undefined;

  /** `claimed`: the task's checkpoint as it stands, which is this run's. */
  constructor(options: LanesWriterOptions, claimed: Checkpoint) {
    const { channel, task, home, onCommitted, onProgress } = options;
    this.options = options;
    this.lastEnd = this.endBefore = claimed.offset;
    this.lanes = options.lanes.map(
      ({ key, node, offset }, lane) =>
        new LaneWriter({
          key: Buffer.from(key),
          line: channel.lines[node]!,
          owner: claimed.owner,
          epoch: claimed.epoch,
          offset,
          onAnswered: () => this.goOn(),
          onFailed: (failure) => this.laneFailed(failure, lane),
        }),
    );
    this.places = new StreamPlaces(
      () => channel.output.bytes,
      () => this.drain(),
    );
    this.staged = new StagedCommands(
      this.places,
      { take: (mem, reader, at, to, end) => this.take(mem, reader, at, to, end) },
      channel.output.bytes,
    );
    const main = new MainCheckpoint(task, channel.lines[home]!, claimed, (error) => this.fail(error, 'none'));
    this.commits = new LanesCommit(this.lanes, main, claimed, (checkpoint, whole) => {
      if (!this.failed) onCommitted(checkpoint, whole);
    });
    this.barrier = new LanesBarrier({
      lanes: this.lanes,
      isClosed: () => channel.closed,
      onPassed: () => {
        this.goOn();
        onProgress();
      },
      onError: (error) => this.notPassed(error),
    });
    channel.receive = (buf, from, to, done) => this.receive(buf, from, to, done);
    channel.lose = (node, error) => this.lose(node, error);
  }

  start(): void {
    this.started = true;
  }

  /** Batches of lanes are closed as they fill; a commit may wait. */
  get full(): boolean {
    return this.commits.heldUp;
  }

  get partial(): boolean {
    return this.mute || this.lanes.some(({ away }) => away);
  }

  get mute(): boolean {
    return this.commits.mute;
  }

  /** The command that waits for a node that is away, and with it all that follows; undefined while none does. */
  get heldUpBy(): string | undefined {
    return this.barrier.heldUp ? this.raisedFor : undefined;
  }

  get ready(): boolean {
    return this.started && !this.commits.underWay && !this.failed;
  }

  get idle(): boolean {
    return !this.open && this.commits.settled;
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** What each lane stands at, as far as it has answered. */
  get offsets(): readonly number[] {
    return this.lanes.map(({ answered }) => answered);
  }

  /** How many commands each lane was given. */
  get commands(): readonly number[] {
    return this.lanes.map(({ commands }) => commands);
  }

  prepare(db: number): void {
    this.open = true;
    if (db === this.db) return;
    this.db = db;
    this.places.insert(() => this.select(db));
  }

  wrote(_: number): void {}

  holdUntil(deadline: Deadline): void {
    for (const lane of this.lanes) lane.deadline = deadline === 'kept' ? 0 : deadline;
  }

  commit(checkpoint: Checkpoint, vouches = true, deadline: Deadline = 0): void {
    this.open = false;
    this.commits.want(checkpoint, vouches, deadline === 'kept' ? 0 : deadline);
    this.options.channel.output.flush();
    this.guarded(() => this.staged.afterwards(() => this.close()));
  }

  reply(): void {}

  error(): void {}

  private select(db: number): void {
    const { output } = this.options.channel;
    const bytes = command('SELECT', String(db));
    output.reserve(bytes.length);
    output.begin();
    output.copy(bytes, 0, bytes.length);
  }

  private receive(buf: Buffer, from: number, to: number, done: () => void): void {
    this.guarded(() => this.staged.push(buf, from, to, done));
  }

  private take(mem: Buffer, reader: CommandReader, at: number, to: number, end: number): void {
    const { lanes, options } = this;
    const route = options.router.route(mem, reader);
    if (route === ROUTE.NOWHERE) return this.takeKeyless(mem, reader);
    if (end !== this.lastEnd) {
      this.endBefore = this.lastEnd;
      this.lastEnd = end;
      this.begun = false;
    }
    if (route >= 0) {
      this.add(lanes[route]!, mem, at, to, reader.count, end);
    } else if (route === ROUTE.PARTS) {
      for (const { lane, words } of options.router.parts) {
        const bytes = command(...words);
        this.add(lanes[lane]!, bytes, 0, bytes.length, words.length, end);
      }
    } else this.takeApart(route, mem, reader, end);
  }

  private add(lane: LaneWriter, mem: Buffer, at: number, to: number, words: number, end: number): void {
    const { places } = this;
    this.begun = true;
    const apart = !places.inTransaction;
    if (places.isPart) lane.addPart(mem, at, to, words, end, apart, this.takenDb);
    else lane.add(mem, at, to, words, end, apart, this.takenDb);
    if (lane.blocked) this.staged.paused = true;
  }

  /** A database is selected in front of what is written to it, and after what a value is written with. */
  private takeKeyless(mem: Buffer, reader: CommandReader): void {
    const [name, word] = firstTwo(mem, reader);
    if (!/^select$/i.test(name))
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        `${name} ${word} has no key, and the target is a cluster`,
      );
    this.takenDb = Number(word);
  }

  private takeApart(route: number, mem: Buffer, reader: CommandReader, end: number): void {
    const { takenDb: db } = this;
    const { crossings, router } = this.options;
    const [name, word] = firstTwo(mem, reader);
    if (this.lanes.every((lane) => lane.has(end))) return;
    // Lanes are to stand still in front of it, and one command of the source is not divided by that.
    if (this.begun || this.places.isPart)
      throw new LockstepError('COMMAND_TOO_LARGE', `${name} ${word} on a target that is a cluster`);
    // Nothing more is taken until everything before this command stands, and it was done.
    this.staged.paused = true;
    this.raisedFor = name.toUpperCase();
    const { crossing, words } = router;
    this.crossing = route === ROUTE.CROSSING ? crossing : undefined;
    const concerned = route === ROUTE.CROSSING ? concernedBy(crossing!) : 'all';
    this.barrier.raise(this.endBefore, concerned, (standing) =>
      route === ROUTE.CROSSING
        ? crossings.cross({ ...crossing!, db }, end, standing)
        : crossings.everyNode({ words, db }, end, standing),
    );
  }

  /** @returns false where the lanes of this node can't be left behind, and the stream has to be taken up anew */
  private lose(node: number, error: LockstepError): boolean {
    const { options, lanes, commits, barrier } = this;
    const isHome = node === options.home;
    // What is done in several lanes, or said in the task's checkpoint, has to come to its end.
    if (this.failed || !isGone(error) || barrier.running || (isHome && commits.noting)) return false;
    const its = lanes.filter((_, lane) => options.lanes[lane]!.node === node);
    if (lanes.every((lane) => lane.away || its.includes(lane))) return false;
    const concerned = isHome || its.length > 0;
    if (concerned && options.onAway?.(node, error) !== true) return false;
    options.channel.lines[node]!.leave();
    for (const lane of its) lane.leave();
    if (isHome) commits.mute = true;
    this.goOn();
    options.onProgress();
    return true;
  }

  /** A lane has answered, or what was waited for is done. */
  private goOn(): void {
    const { barrier, staged, lanes } = this;
    if (this.failed || this.options.channel.closed) return;
    barrier.check();
    if (barrier.standsInTheWay) return;
    if (staged.paused && !lanes.some(({ blocked }) => blocked)) {
      staged.paused = false;
      this.drain();
    }
    this.commits.check();
  }

  private drain(): void {
    this.guarded(() => this.staged.drain());
  }

  /** Everything before has been divided: every lane ends at the checkpoint's offset. */
  private close(): void {
    this.lastEnd = this.endBefore = this.commits.send();
    if (this.lanes.some(({ blocked }) => blocked)) this.staged.paused = true;
    this.commits.check();
  }

  private laneFailed({ error }: LaneFailure, lane: number): void {
    const { answered } = this.lanes[lane]!;
    this.stopped(error, { slots: this.options.lanes[lane]!.slots, after: answered, before: answered + 1 });
  }

  /** What the barrier was raised for has failed. */
  private notPassed(error: LockstepError): void {
    if (!this.crossing) return this.fail(error, damageOf(error));
    const its = new Set([this.crossing.to, ...this.crossing.keys].map(({ slot }) => slot));
    const slots = SlotSet.where((slot) => its.has(slot));
    // Of lanes that began apart some may have more of what lies in between than others.
    this.stopped(error, { slots, after: this.endBefore, before: this.lastEnd });
  }

  private stopped(error: LockstepError, failed: FailedCommand): void {
    if (error.code !== 'TARGET_REJECTED') return this.fail(error, damageOf(error));
    if (!this.failed) this.failedCommand = failed;
    this.fail(error, 'unverified');
  }

  private fail(error: LockstepError, damage: Damage): void {
    if (this.failed) return;
    this.failed = true;
    this.options.onError(error, damage);
  }

  private guarded(run: () => void): void {
    try {
      if (!this.failed && !this.options.channel.closed) run();
    } catch (error) {
      const known = asLockstepError(error);
      this.fail(known, damageOf(known));
    }
  }
}

const firstTwo = (mem: Buffer, { from, to }: CommandReader): [string, string] => [
  printable(mem, from[0]!, to[0]!),
  printable(mem, from[1]!, to[1]!),
];

/** The lanes that it reads or writes; what it sorts by may lie in any. */
const concernedBy = ({ crossing, keys, to }: CrossingPlan): ReadonlySet<number> | 'all' =>
  crossing.kind === 'sorts' ? 'all' : new Set([to, ...keys].map(({ lane }) => lane));

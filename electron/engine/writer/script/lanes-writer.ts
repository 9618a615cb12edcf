import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import { CHECKPOINT_DB, vouchedFor, type Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Words } from '../../commands/command-row.ts';
import type { Deadline } from '../../expiry/deadline.ts';
import type { CommandReader } from '../../protocol/resp/command-reader.ts';
import { printable } from '../../protocol/resp/describe-command.ts';
import { command } from '../../protocol/resp/encode.ts';
import { ROUTE, type CommandRouter } from '../../router/command-router.ts';
import type { CrossingPlan } from '../../router/crossing-plan.ts';
import type { BatchEvents, BatchWriter, Damage } from '../batch-writer.ts';
import { StreamPlaces } from '../stream-places.ts';
import type { ClusterChannel } from './cluster-channel.ts';
import { LaneWriter } from './lane-writer.ts';
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
}

/** The lanes while all of them stand still. */
export interface StillLanes {
  offsetOf(lane: number): number;
  /** One step of the lane's node: these commands, and it stands at `end`. @throws LockstepError where one fails, or the lane is another's */
  run(lane: number, commands: readonly Words[], end: number): Promise<void>;
}

/** What no lane can do by itself. Each may be asked for once more after a crash, with some of the lanes beyond it. */
export interface Crossings {
  /** Does a command with keys in several lanes, which ends at this offset. */
  cross(plan: CrossingPlan, end: number, lanes: StillLanes): Promise<void>;
  /** Does a command on every node. */
  everyNode(words: Words, end: number, lanes: StillLanes): Promise<void>;
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

const damageOf = ({ code }: LockstepError): Damage => (IMPASSABLE.has(code) ? 'unknown' : 'none');

interface Closing {
  readonly checkpoint: Checkpoint;
  readonly important: boolean;
  /** Every lane has been closed with it. */
  sent: boolean;
  /** The lanes have it, and the task's own checkpoint is being written. */
  noting: boolean;
}

/**
 * Applies the stream to a cluster: each command goes to its lane, with its end in the stream, and lanes are written side by side in
 * batches of their own, each with its offset. What is written to the channel's output is divided as soon as it is flushed; `commit` has every lane
 * end at the same offset. How far the target is, is the least of what the lanes say; the task's own checkpoint follows.
 *
 * A command that concerns several lanes is a barrier: what is before it stands on all of them, then it is done, then they go on.
 */
export class LanesWriter implements BatchWriter {
  private readonly options: LanesWriterOptions;
  private readonly lanes: readonly LaneWriter[];
  private readonly staged: StagedCommands;
  private readonly main: MainCheckpoint;
  readonly places: StreamPlaces;
  private open = false;
  private started = false;
  private failed = false;
  private closing: Closing | undefined;
  /** What waits until all lanes are still. */
  private barrier: (() => Promise<void>) | undefined;
  private crossing = false;
  private readonly still: StillLanes = {
    offsetOf: (lane) => this.lanes[lane]!.answered,
    // What is done beside the connections may come to its end after them.
    run: async (lane, commands, end) => {
      if (this.options.channel.closed) throw new LockstepError('TARGET_LINK_LOST', 'it was closed meanwhile');
      await this.lanes[lane]!.run(commands, end);
    },
  };
  /** The offset at which the command that was taken last ends, and that of the one of the source before it. */
  private lastEnd = 0;
  private endBefore = 0;
  /** Something that it became was given to a lane. */
  private begun = false;
  private epoch: number;
  private replid: string;

  /** `claimed`: the task's checkpoint as it stands, which is this run's. */
  constructor(options: LanesWriterOptions, claimed: Checkpoint) {
    const { channel, task, home } = options;
    this.options = options;
    this.epoch = claimed.epoch;
    this.replid = claimed.replid;
    this.lanes = options.lanes.map(
      ({ key, node, offset }) =>
        new LaneWriter({
          key: Buffer.from(key),
          line: channel.lines[node]!,
          owner: claimed.owner,
          epoch: claimed.epoch,
          offset,
          onAnswered: () => this.goOn(),
          onFailed: (failure) => this.laneFailed(failure),
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
    this.main = new MainCheckpoint(task, channel.lines[home]!, claimed, (error) => this.fail(error, 'none'));
    channel.receive = (buf, from, to, done) => this.receive(buf, from, to, done);
  }

  start(): void {
    this.started = true;
  }

  /** Batches of lanes are closed as they fill; a commit may wait. */
  get full(): boolean {
    return false;
  }

  get ready(): boolean {
    return this.started && this.closing === undefined && !this.failed;
  }

  get idle(): boolean {
    return !this.open && this.closing === undefined && this.main.underWay === 0;
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** What each lane stands at, as far as it has answered. */
  get offsets(): readonly number[] {
    return this.lanes.map(({ answered }) => answered);
  }

  prepare(db: number): void {
    if (db !== CHECKPOINT_DB)
      throw new LockstepError('TARGET_DATABASES', `database ${db} of the source, and a cluster has one`);
    this.open = true;
  }

  wrote(_: number): void {}

  commit(checkpoint: Checkpoint, vouches = true, deadline: Deadline = 0): void {
    const { channel } = this.options;
    this.open = false;
    const important = this.main.changes(checkpoint);
    // What failed has stopped its lane in front of it.
    const standing = vouches ? vouchedFor(checkpoint) : checkpoint;
    this.closing = { checkpoint: standing, important, sent: false, noting: false };
    channel.output.flush();
    this.guarded(() =>
      this.staged.afterwards(() => this.close(checkpoint, deadline === 'kept' ? 0 : deadline)),
    );
  }

  reply(): void {}

  error(): void {}

  private receive(buf: Buffer, from: number, to: number, done: () => void): void {
    this.guarded(() => this.staged.push(buf, from, to, done));
  }

  private take(mem: Buffer, reader: CommandReader, at: number, to: number, end: number): void {
    const { lanes, options } = this;
    if (end !== this.lastEnd) {
      this.endBefore = this.lastEnd;
      this.lastEnd = end;
      this.begun = false;
    }
    const route = options.router.route(mem, reader);
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
    if (places.isPart) lane.addPart(mem, at, to, words, end);
    else lane.add(mem, at, to, words, end, !places.inTransaction);
    if (lane.blocked) this.staged.paused = true;
  }

  private takeApart(route: number, mem: Buffer, reader: CommandReader, end: number): void {
    const { crossings, router } = this.options;
    const [name, word] = [0, 1].map((i) => printable(mem, reader.from[i]!, reader.to[i]!)) as [
      string,
      string,
    ];
    if (route === ROUTE.NOWHERE) {
      // What a value is written with may begin and end with it.
      if (/^select$/i.test(name) && Number(word) === CHECKPOINT_DB) return;
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        `${name} ${word} has no key, and the target is a cluster`,
      );
    }
    if (this.lanes.every((lane) => lane.has(end))) return;
    // Lanes are to stand still in front of it, and one command of the source is not divided by that.
    if (this.begun || this.places.isPart)
      throw new LockstepError('COMMAND_TOO_LARGE', `${name} ${word} on a target that is a cluster`);
    if (route === ROUTE.CROSSING) {
      const plan = router.crossing!;
      this.stop(() => crossings.cross(plan, end, this.still));
    } else {
      const { words } = router;
      this.stop(() => crossings.everyNode(words, end, this.still));
    }
  }

  /** Nothing more is taken until everything before this command stands, and this was run. */
  private stop(run: () => Promise<void>): void {
    this.staged.paused = true;
    this.barrier = run;
    for (const lane of this.lanes) lane.close(this.endBefore);
    this.goOn();
  }

  /** A lane has answered, or what was waited for is done. */
  private goOn(): void {
    if (this.failed || this.options.channel.closed) return;
    const { barrier, staged, lanes } = this;
    if (barrier) {
      if (!this.crossing && lanes.every(({ still }) => still)) void this.cross(barrier);
      return;
    }
    if (staged.paused && !lanes.some(({ blocked }) => blocked)) {
      staged.paused = false;
      this.drain();
    }
    this.checkClosing();
  }

  private async cross(run: () => Promise<void>): Promise<void> {
    this.crossing = true;
    try {
      await run();
    } catch (error) {
      const known = asLockstepError(error);
      return this.fail(known, damageOf(known));
    }
    this.crossing = false;
    this.barrier = undefined;
    this.goOn();
    this.options.onProgress();
  }

  private drain(): void {
    this.guarded(() => this.staged.drain());
  }

  /** Everything before has been divided: every lane ends at the checkpoint's offset. */
  private close(checkpoint: Checkpoint, deadline: number): void {
    const { lanes, closing } = this;
    const { offset, epoch, replid } = checkpoint;
    for (const lane of lanes) {
      if (epoch !== this.epoch) lane.note('epoch', String(epoch));
      if (replid !== this.replid) lane.note('replid', replid);
      lane.close(offset, deadline);
      lane.turnEpoch(epoch);
      if (lane.blocked) this.staged.paused = true;
    }
    this.epoch = epoch;
    this.replid = replid;
    this.lastEnd = this.endBefore = offset;
    closing!.sent = true;
    this.checkClosing();
  }

  private checkClosing(): void {
    const { closing, lanes } = this;
    if (!closing?.sent || closing.noting) return;
    const { checkpoint, important } = closing;
    if (!lanes.every(({ answered, blocked }) => answered >= checkpoint.offset && !blocked)) return;
    closing.noting = true;
    const committed = (): void => {
      this.closing = undefined;
      this.options.onCommitted(checkpoint);
    };
    this.main.write(checkpoint, () => important && !this.failed && committed());
    if (!important) committed();
  }

  private laneFailed({ kind, error }: LaneFailure): void {
    this.fail(error, kind === 'late' ? 'late' : damageOf(error));
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

import { CHECKPOINT_DB } from '../../checkpoint/checkpoint.ts';
import { command } from '../../protocol/resp/encode.ts';
import type { Words } from '../../commands/command-row.ts';
import { MOST_WORDS } from '../../router/long-commands.ts';
import { NO_END } from './apply-script.ts';
import { LaneBatch } from './lane-batch.ts';
import type { NodeLine } from './node-line.ts';
import { laneFailure, type LaneFailure } from './script-reply.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const LF = 10;

export interface LaneWriterOptions {
  /** The lane's checkpoint. */
  readonly key: Buffer;
  readonly line: NodeLine;
  readonly owner: string;
  readonly epoch: number;
  /** Where it stands. */
  readonly offset: number;
  /** One of its batches stands. */
  readonly onAnswered: () => void;
  /** One does not stand whole or in time, and `answered` says where the lane is now. Nothing more is applied by this writer. */
  readonly onFailed: (failure: LaneFailure) => void;
}

interface Step {
  readonly resolve: () => void;
  readonly reject: (error: LockstepError) => void;
}

/**
 * Writes one lane in batches, several of which may be under way: each names the offset at which the one before it ends, so if one
 * fails, those behind it do nothing.
 */
export class LaneWriter {
  private readonly options: LaneWriterOptions;
  private readonly batch = new LaneBatch();
  private underWay = 0;
  private failed = false;
  private step: Step | undefined;
  private epoch: number;
  /** Where the lane stands as far as its node has answered, and where it stands after all that was sent. */
  answered: number;
  private sent: number;
  /** That were given to it. */
  commands = 0;
  /** Of batches that are closed before their commit, in Unix ms by the server's clock, or 0. */
  deadline = 0;
  /**
   * A batch is under way that ends where it begins: what follows would not know whether it stood. So nothing may be added before it is answered.
   */
  blocked = false;
  /** Its node is away: what is given to it is let go of, and it stands where it has answered, or further. */
  away = false;

  constructor(options: LaneWriterOptions) {
    this.options = options;
    this.epoch = options.epoch;
    this.answered = options.offset;
    this.sent = options.offset;
  }

  /** Nothing is held and nothing is under way. */
  get still(): boolean {
    return !this.away && this.underWay === 0 && this.batch.commands === 0;
  }

  /** It stands at this offset or beyond, or will once all that was sent has been answered. */
  has(offset: number): boolean {
    return this.sent >= offset;
  }

  /**
   * Adds a command for a database, which stands as RESP in mem[at, to), unless the lane has it already. `end`: its offset in the stream.
   * `apart`: it need not stand together with the one before it.
   */
  add(mem: Buffer, at: number, to: number, words: number, end: number, apart: boolean, db: number): void {
    if (end <= this.sent || this.away) return;
    const { batch, sent } = this;
    const { full } = batch;
    if (full && batch.end !== end - sent && (apart || batch.overfull)) this.close(this.batchEnd);
    this.put(mem, at, to, words, end - this.sent, db);
  }

  /**
   * Adds a command that may be run again as long as nothing behind `offset` was, unless the lane is beyond that. `apart`: it need not stand
   * together with the one before it.
   */
  addPart(
    mem: Buffer,
    at: number,
    to: number,
    words: number,
    offset: number,
    apart: boolean,
    db: number,
  ): void {
    if (offset < this.sent || this.away) return;
    const { full, overfull } = this.batch;
    if (full && (apart || overfull)) this.close(this.batchEnd);
    this.put(mem, at, to, words, NO_END, db);
  }

  /** Changes a field of the lane's checkpoint with the batch. */
  note(field: 'epoch' | 'replid' | 'expiry', value: string): void {
    if (this.away) return;
    const { key } = this.options;
    this.putWords(['HSET', key, field, value], NO_END, CHECKPOINT_DB);
  }

  /** Its node is away. What is under way there may stand or not. */
  leave(): void {
    this.away = true;
    this.blocked = false;
    this.sent = this.answered;
    this.batch.clear();
  }

  /** From the next batch on. */
  turnEpoch(epoch: number): void {
    this.epoch = epoch;
  }

  /** Sends what is held, so that the lane stands at this offset, or further where it did. `deadline`: see there. */
  close(offset: number, deadline = this.deadline): void {
    const { batch, sent: expected, options } = this;
    if (this.away) return;
    const end = Math.max(offset, this.batchEnd);
    if (batch.commands === 0 && end === expected) return;
    this.sent = end;
    this.underWay += 1;
    if (end === expected) this.blocked = true;
    const { key, owner, line } = options;
    batch.write(line, { key, owner, epoch: this.epoch, expected, end, deadline }, (error) =>
      this.answer(error, end),
    );
    line.output.flush();
  }

  /**
   * While it is still: these commands for a database, and the lane stands at `end`. @throws LockstepError where one fails, or the lane is
   * another's
   */
  run(commands: readonly Words[], end: number, db: number): Promise<void> {
    if (this.away) return Promise.reject(new LockstepError('TARGET_LINK_LOST', 'its node is away'));
    for (const words of commands) this.putWords(words, end - this.sent, db);
    return new Promise((resolve, reject) => {
      this.step = { resolve, reject };
      this.close(end);
    });
  }

  private get batchEnd(): number {
    return this.batch.end === NO_END ? this.sent : this.sent + this.batch.end;
  }

  private putWords(words: Words, end: number, db: number): void {
    const bytes = command(...words);
    this.put(bytes, 0, bytes.length, words.length, end, db);
  }

  private put(mem: Buffer, at: number, to: number, words: number, end: number, db: number): void {
    if (words > MOST_WORDS)
      throw new LockstepError(
        'COMMAND_TOO_LARGE',
        `a command of ${words} words, for a target that is a cluster`,
      );
    // The head of the command is not among its words.
    let from = at;
    while (mem[from] !== LF) from += 1;
    this.batch.add(mem, from + 1, to, words, end, db);
    this.commands += 1;
  }

  private answer(text: string | undefined, end: number): void {
    this.underWay -= 1;
    if (this.failed) return;
    const { step } = this;
    this.step = undefined;
    if (text === undefined) {
      this.answered = end;
      this.blocked = false;
      step?.resolve();
      return this.options.onAnswered();
    }
    this.failed = true;
    const failure = laneFailure(text);
    this.answered = failure.kind === 'late' ? end : (failure.offset ?? this.answered);
    if (step) step.reject(failure.error);
    else this.options.onFailed(failure);
  }
}

import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import {
  CHECKPOINT_DB,
  checkpointKey,
  encodeCheckpoint,
  vouchedFor,
  type Checkpoint,
} from '../checkpoint/checkpoint.ts';
import type { Deadline } from '../expiry/deadline.ts';
import { missing } from '../checkpoint/claim.ts';
import { command } from '../protocol/resp/encode.ts';
import { REPLY, type ReplyKind } from '../protocol/resp/reply-scanner.ts';
import { countBefore, judge, lateBy, type Judgement } from './batch-judge.ts';
import type { BatchEvents, BatchWriter, Damage } from './batch-writer.ts';
import type { TargetConnection } from './target-connection.ts';
import { targetError } from '../control/target-error.ts';

/** Commands and bytes after which a batch is closed: the target runs an EXEC of this size in a few milliseconds. */
const BATCH_COMMANDS = 8192;
const BATCH_BYTES = 1024 * 1024;

const MULTI = command('MULTI');
const EXEC = command('EXEC');

export interface ExecWriterOptions extends BatchEvents {
  readonly task: string;
  readonly connection: TargetConnection;
  /** What the target judges of a batch in the same step. */
  readonly judgement: Judgement;
}

type Mark = { readonly index: number; readonly kind: 'multi' | 'exec' | 'watch' | 'read' };

/**
 * Applies the stream in batches: MULTI, the commands, the checkpoint, EXEC. Behind every EXEC the checkpoint is WATCHed and
 * read again; the next EXEC is sent only when that read shows our own epoch and offset. So if another owner writes the
 * checkpoint at any moment, either the read shows it or the EXEC returns nil, and nothing is applied twice.
 * EXEC stands although a command in it failed, so a checkpoint vouches for the batches before it only; for its own one as
 * well where the target counts errors, in the same step, and else from the next checkpoint on.
 * The commands of the next batch travel meanwhile, queued by the target behind its MULTI.
 */
export class ExecWriter implements BatchWriter {
  private readonly options: ExecWriterOptions;
  /** A batch stands whole or not at all: only where it ends is asked. */
  readonly places = undefined;
  readonly partial = false;
  readonly mute = false;
  private readonly watch: Buffer;
  private readonly read: Buffer;
  private readonly countBefore: Buffer | undefined;
  private readonly backToCheckpointDb = command('SELECT', String(CHECKPOINT_DB));
  private marks: Mark[] = [];
  private open = false;
  /** Index of the first command after MULTI. */
  private firstIndex = 0;
  private execFirstIndex = 0;
  private startedBytes = 0;
  private writtenBytes = 0;
  private db = -1;
  /** What the target holds as far as it has answered. */
  private committed: Checkpoint;
  private pending: Checkpoint | undefined;
  /** What the pending one is once all its replies were without an error. */
  private sound: Checkpoint | undefined;
  private verified = false;
  private queueError: { text: string; index: number } | undefined;
  private elementError: { text: string; index: number } | undefined;
  /** What the target said of a batch that came late: where a command of it failed as well, that is the cause. */
  private late: string | undefined;
  /** MULTI was refused, so what follows is run at once; and some of it was. */
  private unguarded = false;
  private escaped = false;
  private failed = false;

  constructor(options: ExecWriterOptions, committed: Checkpoint) {
    this.options = options;
    this.committed = committed;
    this.watch = command('WATCH', checkpointKey(options.task));
    this.read = command('HMGET', checkpointKey(options.task), 'epoch', 'offset', 'replid', 'owner');
    this.countBefore = options.judgement.errors ? countBefore(options.task) : undefined;
  }

  start(): void {
    this.write(this.backToCheckpointDb);
    this.sendVerification();
    this.options.connection.output.flush();
  }

  get full(): boolean {
    const { output } = this.options.connection;
    return this.open && (output.commands - this.firstIndex >= BATCH_COMMANDS || this.bytes >= BATCH_BYTES);
  }

  get ready(): boolean {
    return this.verified && this.pending === undefined && !this.failed;
  }

  get idle(): boolean {
    return !this.open && this.pending === undefined;
  }

  get isOpen(): boolean {
    return this.open;
  }

  prepare(db: number): void {
    if (!this.open) {
      this.mark('multi');
      this.write(MULTI);
      this.open = true;
      this.firstIndex = this.options.connection.output.commands;
      this.startedBytes = this.writtenBytes;
      this.db = -1;
      // The connection is in the checkpoint's database, where the batch before left it.
      if (this.countBefore) this.write(this.countBefore);
    }
    if (this.db !== db) {
      this.write(command('SELECT', String(db)));
      this.db = db;
    }
  }

  wrote(bytes: number): void {
    this.writtenBytes += bytes;
  }

  commit(checkpoint: Checkpoint, vouches = true, deadline: Deadline = 0): void {
    if (!this.open) {
      this.prepare(CHECKPOINT_DB);
    } else if (this.db !== CHECKPOINT_DB) {
      this.write(this.backToCheckpointDb);
    }
    this.write(encodeCheckpoint(this.options.task, checkpoint));
    const { task, judgement } = this.options;
    const upTo = judgement.errors && vouches ? checkpoint : undefined;
    const until = judgement.time ? deadline : 0;
    if (upTo || until !== 0) this.write(judge(task, upTo, until));
    this.execFirstIndex = this.firstIndex;
    this.mark('exec');
    this.write(EXEC);
    this.open = false;
    this.verified = false;
    this.pending = checkpoint;
    this.sound = vouches ? vouchedFor(checkpoint) : checkpoint;
    this.sendVerification();
    this.options.connection.output.flush();
  }

  reply(kind: ReplyKind): void {
    const { output } = this.options.connection;
    const index = output.answered;
    output.answer(1);
    const mark = this.marks[0];
    if (mark === undefined || mark.index !== index || this.failed) {
      if (this.unguarded && kind !== REPLY.ERROR) this.escaped = true;
      return;
    }
    this.marks.shift();
    if (mark.kind === 'multi') this.unguarded = kind === REPLY.ERROR;
    else if (mark.kind === 'exec') this.onExec(kind);
    else if (mark.kind === 'read') this.onRead(kind);
    else if (kind === REPLY.ERROR) this.fail(this.refusal('WATCH'));
    // The reply before this read: from here on it is captured, and nothing else is.
    this.options.connection.scanner.capturing =
      this.marks[0]?.kind === 'read' && this.marks[0].index === index + 1;
    if (this.options.connection.scanner.capturing) this.options.connection.scanner.captured = [];
  }

  error(text: string, element: number): void {
    const index = this.options.connection.output.answered;
    if (element >= 0) {
      this.late ??= lateBy(text);
      this.elementError ??= { text, index: this.execFirstIndex + element };
    } else this.queueError ??= { text, index };
  }

  private get bytes(): number {
    return this.writtenBytes - this.startedBytes;
  }

  private onExec(kind: ReplyKind): void {
    const { output } = this.options.connection;
    if (kind === REPLY.ARRAY && this.elementError === undefined) {
      const checkpoint = this.sound!;
      this.pending = undefined;
      this.committed = checkpoint;
      this.options.onCommitted(checkpoint, checkpoint);
      return;
    }
    if (kind === REPLY.NIL)
      return this.fail(new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changed under a batch'));
    if (this.escaped) {
      // Redis before 6 does so when a slow script ends in the middle of a batch.
      const fact = `MULTI: the target answered "${this.queueError?.text}", then ran what belonged to the transaction`;
      return this.fail(new LockstepError('TARGET_REJECTED', fact), 'unknown');
    }
    const found = this.elementError ?? this.queueError ?? { text: 'EXEC failed without a reason', index: -1 };
    const what = found.index < 0 ? 'EXEC' : output.describe(found.index);
    if (this.late !== undefined) return this.fail(new LockstepError('EXPIRY_OVERTAKEN', this.late), 'late');
    this.fail(targetError(found.text, what), this.elementError ? 'unverified' : 'none');
  }

  private onRead(kind: ReplyKind): void {
    const [epoch, offset, replid, owner] = this.options.connection.scanner.captured;
    const expected = this.pending ?? this.committed;
    const same =
      Number(epoch) === expected.epoch &&
      Number(offset) === expected.offset &&
      replid === expected.replid &&
      owner === expected.owner;
    if (kind === REPLY.ARRAY && same) {
      this.verified = true;
      return;
    }
    if (this.queueError) return this.fail(this.refusal('reading the checkpoint'));
    if (kind === REPLY.ARRAY && epoch === null) return this.fail(missing());
    const fact = `the checkpoint says epoch ${epoch}, offset ${offset}; this run is epoch ${expected.epoch}, offset ${expected.offset}`;
    this.fail(new LockstepError('TARGET_TAKEN_OVER', fact));
  }

  private refusal(what: string): LockstepError {
    return targetError(this.queueError?.text ?? '', what);
  }

  private fail(error: LockstepError, damage: Damage = 'none'): void {
    this.failed = true;
    this.options.onError(error, damage);
  }

  private sendVerification(): void {
    this.mark('watch');
    this.write(this.watch);
    this.mark('read');
    this.write(this.read);
  }

  private mark(kind: Mark['kind']): void {
    this.marks.push({ index: this.options.connection.output.commands, kind });
  }

  private write(bytes: Buffer): void {
    const { output } = this.options.connection;
    output.reserve(bytes.length);
    output.begin();
    output.copy(bytes, 0, bytes.length);
    this.writtenBytes += bytes.length;
  }
}

import { CHECKPOINT_DB } from '../../checkpoint/checkpoint.ts';
import { digits, writeHead, writeInteger } from '../../protocol/resp/write.ts';
import { APPLY_SCRIPT, APPLY_SHA, NO_END, SELECTS } from './apply-script.ts';
import { PLAN_HEAD_BYTES, PLAN_NUMBER_BYTES, writePlanHead, writePlanNumber } from './batch-plan.ts';
import type { Answered, NodeLine } from './node-line.ts';

/** Commands and bytes after which a batch is closed: a server runs one of this size in a few milliseconds. */
const BATCH_COMMANDS = 1000;
const BATCH_BYTES = 512 * 1024;
/** What belongs together, such as a transaction of the source, may exceed it so many times. */
const TOGETHER = 8;
const FIRST_BYTES = 64 * 1024;
const FIRST_PLAN_BYTES = 16 * 1024;
/** A buffer that grew beyond this is let go of. */
const KEPT_BYTES = 1024 * 1024;

const DOLLAR = 36;
const STAR = 42;
const CR = 13;
const LF = 10;
const LINE_END = Buffer.from('\r\n');
/** EVALSHA, hash, number of keys, key, owner, epoch, two offsets, deadline, plan. */
const HEAD_WORDS = 10;

/** What stands around the commands of a batch. */
export interface BatchFrame {
  readonly key: Buffer;
  readonly owner: string;
  readonly epoch: number;
  readonly expected: number;
  readonly end: number;
  readonly deadline: number;
}

/** The commands of one batch of a lane, held until their number is known. */
export class LaneBatch {
  private body: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private bytes = 0;
  private plan: Buffer = Buffer.allocUnsafeSlow(FIRST_PLAN_BYTES);
  private planBytes = PLAN_HEAD_BYTES;
  private words = 0;
  /** Groups of commands are counted by their ends. */
  private lastEnd = NO_END;
  /** The database that its last command is for, and whether it selects any. */
  private db = CHECKPOINT_DB;
  private selects = false;
  commands = 0;

  /** It may be closed. */
  get full(): boolean {
    return this.commands >= BATCH_COMMANDS || this.bytes >= BATCH_BYTES;
  }

  /** It has to be closed even where what belongs together is torn. */
  get overfull(): boolean {
    return this.commands >= BATCH_COMMANDS * TOGETHER || this.bytes >= BATCH_BYTES * TOGETHER;
  }

  /** Where the last command that has an end ends, counted from the lane's offset; NO_END if none has. */
  get end(): number {
    return this.lastEnd;
  }

  /**
   * Adds a command of `words` words for a database, which stand as bulk strings in mem[from, to). `end`: where it ends, counted from the
   * lane's offset, or NO_END.
   */
  add(mem: Buffer, from: number, to: number, words: number, end: number, db: number): void {
    if (db !== this.db) this.select(db, end);
    this.put(mem, from, to, words, end);
  }

  private select(db: number, end: number): void {
    const words = selectWords(db);
    this.db = db;
    this.selects = true;
    this.put(words, 0, words.length, 2, end);
  }

  private put(mem: Buffer, from: number, to: number, words: number, end: number): void {
    const bytes = this.bytes + to - from;
    this.body = withRoom(this.body, this.bytes, bytes);
    mem.copy(this.body, this.bytes, from, to);
    this.bytes = bytes;
    this.plan = withRoom(this.plan, this.planBytes, this.planBytes + 3 * PLAN_NUMBER_BYTES);
    this.planBytes = writePlanNumber(this.plan, this.planBytes, words);
    this.planBytes = writePlanNumber(this.plan, this.planBytes, end);
    this.words += words;
    this.commands += 1;
    if (end !== NO_END) this.lastEnd = end;
  }

  /** Writes the batch as one command to the node, and is empty again. */
  write(
    line: NodeLine,
    { key, owner, epoch, expected, end, deadline }: BatchFrame,
    answered: Answered,
  ): void {
    const { output } = line;
    if (this.selects) this.planBytes = writePlanNumber(this.plan, this.planBytes, SELECTS);
    const script = line.scriptSent ? APPLY_SHA : APPLY_SCRIPT;
    output.reserve(script.length + key.length + owner.length * 3 + 256);
    line.expect(answered);
    const { buf } = output;
    let at = writeHead(buf, output.at, STAR, HEAD_WORDS + this.words);
    at = writeText(buf, at, line.scriptSent ? 'EVALSHA' : 'EVAL');
    at = writeText(buf, at, script);
    at = writeNumber(buf, at, 1);
    at = writeHead(buf, at, DOLLAR, key.length);
    at += key.copy(buf, at);
    at = writeLineEnd(buf, at);
    at = writeText(buf, at, owner);
    at = writeNumber(buf, at, epoch);
    at = writeNumber(buf, at, expected);
    at = writeNumber(buf, at, end);
    at = writeNumber(buf, at, deadline);
    output.at = writeHead(buf, at, DOLLAR, this.planBytes);
    writePlanHead(this.plan, 0, 2 * this.commands + (this.selects ? 1 : 0));
    output.copy(this.plan, 0, this.planBytes);
    output.copy(LINE_END, 0, LINE_END.length);
    output.copy(this.body, 0, this.bytes);
    line.scriptSent = true;
    this.clear();
  }

  /** Lets go of what it holds. */
  clear(): void {
    this.bytes = 0;
    this.planBytes = PLAN_HEAD_BYTES;
    this.words = 0;
    this.commands = 0;
    this.lastEnd = NO_END;
    this.db = CHECKPOINT_DB;
    this.selects = false;
    if (this.body.length > KEPT_BYTES) this.body = Buffer.allocUnsafeSlow(FIRST_BYTES);
    if (this.plan.length > KEPT_BYTES) this.plan = Buffer.allocUnsafeSlow(FIRST_PLAN_BYTES);
  }
}

/** What was written for each database: as many as a target has. */
const selections: Buffer[] = [];

function selectWords(db: number): Buffer {
  return (selections[db] ??= Buffer.from(`$6\r\nSELECT\r\n$${digits(db)}\r\n${db}\r\n`));
}

/** The buffer, or a larger one with the same first bytes, that holds `needed`. */
function withRoom(buf: Buffer, bytes: number, needed: number): Buffer {
  if (needed <= buf.length) return buf;
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, buf.length * 2));
  buf.copy(larger, 0, 0, bytes);
  return larger;
}

function writeNumber(out: Buffer, at: number, value: number): number {
  return writeLineEnd(out, writeInteger(out, writeHead(out, at, DOLLAR, digits(value)), value));
}

function writeText(out: Buffer, at: number, text: string): number {
  const start = writeHead(out, at, DOLLAR, Buffer.byteLength(text));
  return writeLineEnd(out, start + out.write(text, start));
}

function writeLineEnd(out: Buffer, at: number): number {
  out[at] = CR;
  out[at + 1] = LF;
  return at + 2;
}

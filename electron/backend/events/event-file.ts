import fs from 'node:fs';
import path from 'node:path';
import { taskEventSchema, type TaskEvent } from '../../../shared/model/task-event.ts';
import { OWNER_ONLY_FILE } from '../owner-only.ts';

/** At this size the file becomes the older one of two; the one that was the older is removed. */
const MOST_BYTES = 1024 * 1024;

/** A task's log on disk: one event a line as JSON, in two files of 1 MB at most, readable by their owner only. */
export class EventFile {
  private readonly file: string;
  private readonly older: string;
  private readonly mostBytes: number;
  private bytes: number | undefined;

  constructor(dir: string, taskId: string, mostBytes = MOST_BYTES) {
    this.file = path.join(dir, `${taskId}.jsonl`);
    this.older = path.join(dir, `${taskId}.older.jsonl`);
    this.mostBytes = mostBytes;
  }

  /** All events that are readable, oldest first. */
  read(): TaskEvent[] {
    return [this.older, this.file].flatMap(eventsIn);
  }

  /** @throws when the file cannot be written */
  append(event: TaskEvent): void {
    const known = this.bytes;
    let bytes = known ?? sizeOf(this.file);
    // What a write that failed has left is looked at anew: a line that a full disk cut short must not swallow the next.
    this.bytes = undefined;
    const isCut = known === undefined && bytes > 0 && !endsWithNewline(this.file, bytes);
    const line = `${isCut ? '\n' : ''}${JSON.stringify(event)}\n`;
    if (bytes > 0 && bytes + Buffer.byteLength(line) > this.mostBytes) {
      fs.renameSync(this.file, this.older);
      bytes = 0;
    }
    fs.appendFileSync(this.file, line, { mode: OWNER_ONLY_FILE });
    this.bytes = bytes + Buffer.byteLength(line);
  }

  remove(): void {
    for (const file of [this.file, this.older]) fs.rmSync(file, { force: true });
    this.bytes = 0;
  }
}

function eventsIn(file: string): TaskEvent[] {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const event = taskEventSchema.safeParse(parse(line));
    return event.success ? [event.data] : [];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number {
  try {
    return fs.statSync(file).size;
  } catch {
    return 0;
  }
}

function endsWithNewline(file: string, bytes: number): boolean {
  const handle = fs.openSync(file, 'r');
  try {
    const last = Buffer.alloc(1);
    fs.readSync(handle, last, 0, 1, bytes - 1);
    return last[0] === 0x0a;
  } finally {
    fs.closeSync(handle);
  }
}

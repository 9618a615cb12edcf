import fs from 'node:fs';
import path from 'node:path';
import { OWNER_ONLY_FILE } from '../owner-only.ts';
import { keepAside } from '../stores/keep-aside.ts';
import { storedHistorySchema, type StoredHistory } from './stored-history.ts';

/** What a history can come to: 1548 steps, of 16 databases by themselves as well. A larger file is none of ours. */
const MOST_BYTES = 8 * 1024 * 1024;

export interface HistoryFileOptions {
  readonly dir: string;
  readonly taskId: string;
  /** Told once when the file cannot be used and was put aside, and once when it cannot be written. */
  readonly onFault: (title: string, text: string) => void;
}

/** The past of one task on disk, readable by its owner only, replaced as a whole. */
export class HistoryFile {
  private readonly file: string;
  private readonly onFault: HistoryFileOptions['onFault'];
  private unwritable = false;

  constructor({ dir, taskId, onFault }: HistoryFileOptions) {
    this.file = path.join(dir, `${taskId}.json`);
    this.onFault = onFault;
  }

  /** undefined where there is none, or none that can be used: then it is put aside, and told. */
  read(): StoredHistory | undefined {
    let text: string;
    try {
      if (fs.statSync(this.file).size > MOST_BYTES)
        return this.aside('damaged', 'it is larger than it can be');
      text = fs.readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.aside('damaged', reasonOf(error));
      return undefined;
    }
    const content = parse(text);
    const history = storedHistorySchema.safeParse(content);
    if (history.success) return history.data;
    return this.aside(isNewer(content) ? 'newer' : 'damaged', 'it is of an unknown form');
  }

  /** A disk that is full is told once; the next write tries again. */
  write(history: StoredHistory): void {
    const next = `${this.file}.new`;
    try {
      fs.writeFileSync(next, JSON.stringify(history), { mode: OWNER_ONLY_FILE });
      fs.renameSync(next, this.file);
      this.unwritable = false;
    } catch (error) {
      if (!this.unwritable) this.onFault('The history of a task cannot be stored', reasonOf(error));
      this.unwritable = true;
    }
  }

  remove(): void {
    for (const file of [this.file, `${this.file}.new`]) fs.rmSync(file, { force: true });
  }

  private aside(why: 'damaged' | 'newer', reason: string): undefined {
    try {
      const kept = keepAside(this.file, why, 'move', Date.now());
      this.onFault('The history of a task could not be read', `${reason}; it was put aside as ${kept}`);
    } catch (error) {
      this.onFault('The history of a task could not be read', `${reason}; ${reasonOf(error)}`);
    }
  }
}

const isNewer = (content: unknown): boolean =>
  typeof content === 'object' && content !== null && 'version' in content && Number(content.version) > 1;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { appendFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeOwnerOnlyFolder, OWNER_ONLY_FILE } from '../backend/owner-only.ts';

/** At this size the file becomes the previous one, in the place of the one before: two are all there ever is. */
const MOST_BYTES = 512 * 1024;
const MOST_CHARACTERS = 8000;

/** What went wrong in the application itself, for its makers: a text file that only its owner can read. */
export class FaultLog {
  readonly file: string;

  constructor(folder: string) {
    makeOwnerOnlyFolder(folder);
    this.file = path.join(folder, 'faults.log');
    // A terminal that is gone fails every write: as a fault of its own it would be added here, and fail again.
    process.stderr.on('error', () => undefined);
  }

  add(during: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const line = `${new Date().toISOString()} ${during}: ${text.slice(0, MOST_CHARACTERS)}\n`;
    process.stderr.write(line);
    try {
      if (sizeOf(this.file) > MOST_BYTES) renameSync(this.file, `${this.file}.previous`);
      appendFileSync(this.file, line, { mode: OWNER_ONLY_FILE });
    } catch {
      // A disk that is full is no reason to end the tasks; the line stands on stderr.
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

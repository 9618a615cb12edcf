import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { startOf } from '../../engine/log/process-mark.ts';

const FILE_NAME = 'instance.lock';

/**
 * Makes this process the one that works with the folder; two would overwrite each other's files.
 * @returns a function that gives the folder free; @throws LockstepError ALREADY_RUNNING with the other's process id
 */
export function lockFolder(folder: string): () => void {
  const file = path.join(folder, FILE_NAME);
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  while (!create(file, own)) {
    const other = read(file);
    if (other === undefined) continue;
    const pid = Number.parseInt(other, 10);
    if (isRunning(pid, other))
      throw new LockstepError('ALREADY_RUNNING', `process ${pid} works with the folder ${folder}`);
    removeStale(file, other);
  }
  return () => {
    if (read(file) === own) rmSync(file, { force: true });
  };
}

/** The process that works with the folder; undefined where none does. */
export function ownerOf(folder: string): number | undefined {
  const lock = read(path.join(folder, FILE_NAME));
  const pid = Number.parseInt(lock ?? '', 10);
  return lock !== undefined && isRunning(pid, lock) ? pid : undefined;
}

function create(file: string, content: string): boolean {
  // Complete before it has its name: nobody reads half of it.
  const draft = `${file}.${process.pid}`;
  rmSync(draft, { force: true });
  const descriptor = openSync(draft, 'wx', 0o600);
  writeSync(descriptor, content);
  closeSync(descriptor);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves the file away that was left behind; if another process was faster, its fresh one is put back. */
function removeStale(file: string, expected: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== expected) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isRunning(pid: number, lock: string): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another account.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // The number may be another process's by now, such as after a restart of the machine.
  return lock === `${pid} ${startOf(pid)}\n`;
}

import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';

/** Where Linux has a file system in memory. */
const MEMORY = '/dev/shm';
/** What all tests together write at a time is far below this. */
const LEAST_FREE_BYTES = 6 * 1024 ** 3;
const NAME = /^lockstep-tests-(\d+)$/;

/**
 * Has temporary files of this process and its children lie in memory, where there is room: what is written there to outlast a power cut
 * takes no time, and most of what some tests took was that. Nothing is changed where TMPDIR is set, or there is no such room.
 */
export function keepTemporaryFilesInMemory(): void {
  if (process.env['TMPDIR'] !== undefined || !hasRoom()) return;
  // What a run that was killed has left.
  for (const name of readdirSync(MEMORY)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(name);
  }
  const own = `lockstep-tests-${process.pid}`;
  mkdirSync(path.join(MEMORY, own), { recursive: true, mode: 0o700 });
  process.env['TMPDIR'] = path.join(MEMORY, own);
  process.once('exit', () => remove(own));
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= LEAST_FREE_BYTES;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const remove = (name: string): void =>
  rmSync(path.join(MEMORY, name), { recursive: true, force: true, maxRetries: 5 });

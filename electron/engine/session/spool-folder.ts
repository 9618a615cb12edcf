import fs from 'node:fs';
import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';

/**
 * Makes the folder in which spools are to lie, so that a mistyped one is told at once and not when it is first needed.
 * @throws LockstepError SPOOL_DISK
 */
export function requireSpoolParent(parent: string): void {
  try {
    fs.mkdirSync(parent, { recursive: true, mode: 0o700 });
    fs.accessSync(parent, fs.constants.W_OK | fs.constants.X_OK);
  } catch (cause) {
    throw new LockstepError('SPOOL_DISK', `${parent}: ${plainReason(cause)}`, { cause });
  }
}

/** The name of this process's spool folder for a task, after removing what killed runs of the same task left behind. */
export function removeStaleSpools(parent: string, task: string): string {
  const prefix = `lockstep-spool-${task.replace(/[^A-Za-z0-9.-]/g, '_')}-`;
  let names: string[] = [];
  try {
    names = fs.readdirSync(parent);
  } catch {
    // The folder is made when the spool first needs the disk.
  }
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    if (Number.isSafeInteger(pid) && !alive(pid))
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  return `${prefix}${process.pid}`;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';

/** Modes of what only the user's own account may read. On Windows the profile's own rights do that. */
export const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/**
 * Makes sure that the folder is there and belongs to its owner alone. One that another account has put there, or leads to
 * by a link, is left as it is: root could be led to write its passwords, or to change rights, anywhere.
 * @throws LockstepError FOLDER_FOREIGN
 */
export function makeOwnerOnlyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  requireOwn(folder, lstatSync(folder).uid);
  requireOwn(folder, statSync(folder).uid);
  chmodSync(folder, OWNER_ONLY_FOLDER);
}

function requireOwn(folder: string, owner: number): void {
  // Windows has no such number.
  const own = process.getuid?.() ?? owner;
  if (owner === own) return;
  throw new LockstepError(
    'FOLDER_FOREIGN',
    `${folder} belongs to the account number ${owner}; this one is ${own}`,
  );
}

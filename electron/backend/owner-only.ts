import { chmodSync, mkdirSync } from 'node:fs';

/** Modes of what only the user's own account may read. On Windows the profile's own rights do that. */
export const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Makes sure that the folder is there and belongs to its owner alone. */
export function makeOwnerOnlyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  chmodSync(folder, OWNER_ONLY_FOLDER);
}

import fs from 'node:fs';
import path from 'node:path';
import { hasEnded, processMarkSchema, type ProcessMark } from './process-mark.ts';
import { FOLDER_NAME, isOwn, isOwnFolder, MARK_FILE, removeFolder } from './spool-folder.ts';

const LARGEST_MARK_BYTES = 1024;

/**
 * Removes the spools that runs of this account left in a folder when they were killed: those with a mark of a process of this
 * machine that has ended. Whatever belongs to another account, is a link, or has no such mark is left alone.
 */
export function sweepSpools(parent: string): void {
  let names: string[] = [];
  try {
    names = fs.readdirSync(parent);
  } catch {
    // The folder is made when the spool first needs the disk.
  }
  for (const name of names) {
    if (!FOLDER_NAME.test(name)) continue;
    const folder = path.join(parent, name);
    const found = fs.lstatSync(folder, { throwIfNoEntry: false });
    if (!found || !isOwnFolder(found)) continue;
    const mark = readMark(path.join(folder, MARK_FILE));
    if (mark && hasEnded(mark)) removeFolder(folder);
  }
}

function readMark(file: string): ProcessMark | undefined {
  try {
    // Not through a link, and not to wait at a pipe.
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
    const fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const found = fs.fstatSync(fd);
      if (!found.isFile() || !isOwn(found) || found.size > LARGEST_MARK_BYTES) return undefined;
      return processMarkSchema.safeParse(JSON.parse(fs.readFileSync(fd, 'utf8'))).data;
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import { markOf } from './process-mark.ts';

const PREFIX = 'lockstep-spool-';
const NAME_BYTES = 16;
export const FOLDER_NAME = /^lockstep-spool-[0-9a-f]{32}$/;
/** Holds the mark of the process that the folder belongs to. */
export const MARK_FILE = 'lockstep-owner.json';
/** All that is ever made in such a folder beside the mark. */
export const FILE_NAME = /^\d{8,}\.(segment|names)$/;

/** One file in the folder of a run, open for reading and writing. */
export interface SpoolFile {
  readonly path: string;
  readonly fd: number;
}

/**
 * The folder of one run for all that does not fit into memory, made when it is first needed: under a name that nobody can know
 * beforehand, its owner's alone, with the mark of its process.
 * Bound: `quotaBytes` of files, as long as whoever writes one asks `hasRoom` and tells what it `takes`.
 */
export class SpoolFolder {
  readonly quotaBytes: number;
  readonly path: string;
  private readonly parent: string;
  private serial = 0;
  private usedBytes = 0;
  private users = 1;

  /** @param parent the folder that the task names; made, too, if need be */
  constructor(parent: string, quotaBytes: number) {
    this.parent = parent;
    this.quotaBytes = quotaBytes;
    this.path = path.join(parent, `${PREFIX}${randomBytes(NAME_BYTES).toString('hex')}`);
  }

  /** Whether so many bytes more fit the quota. */
  hasRoom(bytes: number): boolean {
    return this.usedBytes + bytes <= this.quotaBytes;
  }

  /** So many bytes more lie in its files. */
  takes(bytes: number): void {
    this.usedBytes += bytes;
  }

  /** That the quota is used up. */
  full(): LockstepError {
    const fact = `the buffer on this machine takes ${this.usedBytes} bytes of ${this.quotaBytes} on disk`;
    return new LockstepError('SPOOL_FULL', fact);
  }

  /** Makes a file that only its owner can read. @throws the system's error */
  create(kind: 'segment' | 'names'): SpoolFile {
    this.serial += 1;
    const file = path.join(this.path, `${String(this.serial).padStart(8, '0')}.${kind}`);
    // It may never have been made, or have been cleared away from a temporary folder meanwhile.
    const found = fs.lstatSync(this.path, { throwIfNoEntry: false });
    if (!found) this.make();
    else if (!isOwnFolder(found)) throw Object.assign(new Error('not our folder'), { code: 'EEXIST' });
    return { path: file, fd: fs.openSync(file, 'wx+', 0o600) };
  }

  /** Closes a file and deletes it; `bytes` is what it took. */
  discard(file: SpoolFile, bytes: number): void {
    this.usedBytes -= bytes;
    try {
      fs.closeSync(file.fd);
      fs.rmSync(file.path, { force: true });
    } catch {
      // What cannot be removed now tells nobody anything, and goes before the next run.
    }
  }

  /** Somebody else has files in it as well, and closes it by themselves. */
  share(): void {
    this.users += 1;
  }

  get shared(): boolean {
    return this.users > 1;
  }

  /** Deletes the folder, once whoever used it has discarded all files in it. */
  close(): void {
    this.users -= 1;
    if (this.users === 0) removeFolder(this.path);
  }

  private make(): void {
    fs.mkdirSync(this.parent, { recursive: true, mode: 0o700 });
    // Not recursive: one that is there already is somebody else's.
    fs.mkdirSync(this.path, { mode: 0o700 });
    const mark = path.join(this.path, MARK_FILE);
    try {
      fs.writeFileSync(mark, JSON.stringify(markOf(process.pid)), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      // Without its mark nobody could remove it after a kill.
      removeFolder(this.path);
      throw error;
    }
  }
}

/** Deletes what such a folder can hold, and itself if that was all; whatever else lies in it stays, and links are not followed. */
export function removeFolder(folder: string): void {
  try {
    if (!isOwnFolder(fs.lstatSync(folder))) return;
    const names = fs.readdirSync(folder);
    for (const name of names) if (FILE_NAME.test(name)) fs.unlinkSync(path.join(folder, name));
    if (!names.every((name) => FILE_NAME.test(name) || name === MARK_FILE)) return;
    fs.rmSync(path.join(folder, MARK_FILE), { force: true });
    fs.rmdirSync(folder);
  } catch {
    // It never was made, or what cannot be removed now is tried again before the next run.
  }
}

/** Whether it is a folder of this account, and no link to one. */
export const isOwnFolder = (found: fs.Stats): boolean => found.isDirectory() && isOwn(found);

/** Windows has no such number; there the rights of the profile decide. */
export const isOwn = ({ uid }: fs.Stats): boolean => !process.getuid || uid === process.getuid();

/**
 * Makes the folder in which spools are to lie, so that a mistyped one is told at once and not when it is first needed.
 * @throws LockstepError SPOOL_DISK
 */
export function requireSpoolParent(parent: string): void {
  try {
    fs.mkdirSync(parent, { recursive: true, mode: 0o700 });
    fs.accessSync(parent, fs.constants.W_OK | fs.constants.X_OK);
  } catch (cause) {
    throw diskError(parent, cause);
  }
}

/** A fault of the system on a file or folder of the spool. */
export function diskError(file: string, cause: unknown): LockstepError {
  return new LockstepError('SPOOL_DISK', `${file}: ${plainReason(cause)}`, { cause });
}

/** That a file does not hold what was written into it. */
export function damaged(file: string, how: string): LockstepError {
  return new LockstepError('SPOOL_DAMAGED', `${file}: ${how}`);
}

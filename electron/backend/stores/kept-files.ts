import fs from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { makeOwnerOnlyFolder, OWNER_ONLY_FILE } from '../owner-only.ts';

const NAME = /^([a-z0-9-]{1,40})\.(\d{1,16})\.json$/;

export interface KeptFilesOptions<H, B> {
  readonly folder: string;
  readonly headSchema: z.ZodType<H>;
  readonly bodySchema: z.ZodType<B>;
  /** The first line of a file, its figures, is shorter. */
  readonly headBytes: number;
  /** What is larger as a whole is not kept. */
  readonly mostBytes: number;
  /** Of each owner; one more removes the oldest. */
  readonly most: number;
  /** Of all together, where owners are not bounded by themselves. */
  readonly mostInAll?: number;
}

/** Newest first; what has no name of a result last of all. */
const byStart = (a: string, b: string): number => startOf(b) - startOf(a);
const startOf = (name: string): number => Number(NAME.exec(name)?.[2] ?? 0);

/** Results on disk, the newest ones of each owner, readable by the user alone: a file each, its figures in the first line. */
export class KeptFiles<H, B> {
  private readonly options: KeptFilesOptions<H, B>;

  constructor(options: KeptFilesOptions<H, B>) {
    this.options = options;
  }

  /** The newest one first. A file that cannot be read is left out. */
  list(ownerId: string): H[] {
    return this.startsOf(ownerId).flatMap((startedAtMs) => this.headOf(ownerId, startedAtMs) ?? []);
  }

  /** undefined where there is none, or it cannot be read any more. */
  read(ownerId: string, startedAtMs: number): B | undefined {
    try {
      const [, text = ''] = fs.readFileSync(this.fileOf(ownerId, startedAtMs), 'utf8').split('\n');
      return this.options.bodySchema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** @returns false for what is too large. @throws when the folder cannot be written */
  add(ownerId: string, startedAtMs: number, head: H, body: B): boolean {
    const { folder, mostBytes, most, mostInAll = Infinity } = this.options;
    const text = `${JSON.stringify(head)}\n${JSON.stringify(body)}\n`;
    if (Buffer.byteLength(text) > mostBytes) return false;
    makeOwnerOnlyFolder(folder);
    // What a full disk has cut short never takes the name of a whole one.
    const file = this.fileOf(ownerId, startedAtMs);
    fs.writeFileSync(`${file}.new`, text, { mode: OWNER_ONLY_FILE });
    fs.renameSync(`${file}.new`, file);
    for (const old of this.startsOf(ownerId).slice(most)) this.remove(ownerId, old);
    if (mostInAll !== Infinity)
      for (const name of this.names().toSorted(byStart).slice(mostInAll))
        fs.rmSync(path.join(folder, name), { force: true });
    return true;
  }

  forget(ownerId: string): void {
    for (const startedAtMs of this.startsOf(ownerId)) this.remove(ownerId, startedAtMs);
  }

  remove(ownerId: string, startedAtMs: number): void {
    fs.rmSync(this.fileOf(ownerId, startedAtMs), { force: true });
  }

  /** Forgets those of every other owner, and what was being written when the application ended. */
  retain(isKnown: (ownerId: string) => boolean): void {
    for (const name of this.names()) {
      const [, owner] = NAME.exec(name) ?? [];
      if (owner === undefined ? name.endsWith('.new') : !isKnown(owner))
        fs.rmSync(path.join(this.options.folder, name), { force: true });
    }
  }

  /** Newest first. */
  private startsOf(ownerId: string): number[] {
    return this.names()
      .flatMap((name) => {
        const [, owner, startedAtMs] = NAME.exec(name) ?? [];
        return owner === ownerId ? [Number(startedAtMs)] : [];
      })
      .toSorted((a, b) => b - a);
  }

  private names(): string[] {
    try {
      return fs.readdirSync(this.options.folder);
    } catch {
      return [];
    }
  }

  private fileOf(ownerId: string, startedAtMs: number): string {
    return path.join(this.options.folder, `${ownerId}.${startedAtMs}.json`);
  }

  private headOf(ownerId: string, startedAtMs: number): H | undefined {
    const { headBytes, headSchema } = this.options;
    try {
      const opened = fs.openSync(this.fileOf(ownerId, startedAtMs), 'r');
      try {
        const head = Buffer.alloc(headBytes);
        const [line = ''] = head.toString('utf8', 0, fs.readSync(opened, head, 0, headBytes, 0)).split('\n');
        return headSchema.parse(JSON.parse(line));
      } finally {
        fs.closeSync(opened);
      }
    } catch {
      return undefined;
    }
  }
}

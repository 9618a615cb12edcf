import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markOf } from '../../../../electron/engine/log/process-mark.ts';
import { MARK_FILE, SpoolFolder } from '../../../../electron/engine/log/spool-folder.ts';
import { sweepSpools } from '../../../../electron/engine/log/sweep-spools.ts';

const FOREIGN_UID = 12345;
const isRoot = process.getuid?.() === 0;

let parent: string;
let dead: number;

beforeEach(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-folder-test-'));
  dead = spawnSync(process.execPath, ['-e', '']).pid;
});

afterEach(() => {
  fs.rmSync(parent, { recursive: true, force: true });
});

/** A folder with a file, as a run leaves it when it is killed. @returns its path */
function leave(mark: object): string {
  const folder = new SpoolFolder(parent, 1000);
  fs.writeSync(folder.create('segment').fd, 'x');
  fs.writeFileSync(path.join(folder.path, MARK_FILE), JSON.stringify(mark));
  return folder.path;
}

const remains = (): string[] => fs.readdirSync(parent).map((name) => path.join(parent, name));

describe('the folder of a run', () => {
  it('has a name that nobody knows before, is its owner’s alone, and says whose it is', () => {
    const [one, other] = [new SpoolFolder(parent, 1000), new SpoolFolder(parent, 1000)];
    expect(path.basename(one.path)).toMatch(/^lockstep-spool-[0-9a-f]{32}$/);
    expect(one.path).not.toBe(other.path);
    expect(remains()).toEqual([]);
    const { path: file } = one.create('names');
    const mode = (name: string): number => fs.statSync(name).mode & 0o777;
    const mark = path.join(one.path, MARK_FILE);
    expect([one.path, file, mark].map(mode)).toEqual([0o700, 0o600, 0o600]);
    expect(JSON.parse(fs.readFileSync(mark, 'utf8'))).toEqual(markOf(process.pid));
  });

  it('is never one that was there before', () => {
    const folder = new SpoolFolder(parent, 1000);
    const elsewhere = path.join(parent, 'elsewhere');
    fs.mkdirSync(elsewhere);
    // Even where its name was known: what a link leads to, and does not exist yet, is not made.
    fs.symlinkSync(path.join(elsewhere, 'made'), folder.path);
    expect(() => folder.create('segment')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(fs.readdirSync(elsewhere)).toEqual([]);
  });

  it('is left alone once a link stands in its place', () => {
    const folder = new SpoolFolder(parent, 1000);
    folder.create('segment');
    fs.renameSync(folder.path, path.join(parent, 'moved'));
    fs.symlinkSync(path.join(parent, 'moved'), folder.path);
    expect(() => folder.create('segment')).toThrow('not our folder');
    folder.close();
    expect(fs.readdirSync(path.join(parent, 'moved'))).toHaveLength(2);
  });

  it('is made again when it was cleared away', () => {
    const folder = new SpoolFolder(parent, 1000);
    folder.create('segment');
    fs.rmSync(folder.path, { recursive: true });
    expect(path.basename(folder.create('segment').path)).toBe('00000002.segment');
  });
});

describe('what killed runs left', () => {
  it('is removed, whichever task it was of, and what runs stays', () => {
    leave({ ...markOf(process.pid), pid: dead });
    // The number is another process's by now.
    leave({ ...markOf(process.pid), start: '1' });
    const running = [leave(markOf(process.pid)), leave(markOf(process.ppid))];
    sweepSpools(parent);
    expect(remains().sort()).toEqual(running.sort());
  });

  it('stays where that cannot be known: in another place, or without a mark of ours', () => {
    const mark = { ...markOf(process.pid), pid: dead };
    const left = [
      leave({ ...mark, place: 'another machine' }),
      leave({ ...mark, pid: -1 }),
      leave({}),
      leave({ ...mark, more: 'x'.repeat(2000) }),
    ];
    const unmarked = leave(mark);
    fs.rmSync(path.join(unmarked, MARK_FILE));
    const linked = leave(mark);
    fs.renameSync(path.join(linked, MARK_FILE), path.join(parent, 'mark'));
    fs.symlinkSync(path.join(parent, 'mark'), path.join(linked, MARK_FILE));
    const named = path.join(parent, 'lockstep-spool-notes');
    fs.renameSync(leave(mark), named);
    const all = [...left, unmarked, linked, named, path.join(parent, 'mark')];
    sweepSpools(parent);
    expect(remains().sort()).toEqual(all.sort());
  });

  it('is not followed to where a link leads', () => {
    const outside = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-outside-'));
    const folder = leave({ ...markOf(process.pid), pid: dead });
    fs.renameSync(folder, path.join(outside, 'victim'));
    fs.symlinkSync(path.join(outside, 'victim'), folder);
    sweepSpools(parent);
    expect(fs.readdirSync(path.join(outside, 'victim'))).toHaveLength(2);
    fs.rmSync(outside, { recursive: true });
  });

  it('loses only what such a folder can hold', () => {
    const folder = leave({ ...markOf(process.pid), pid: dead });
    fs.writeFileSync(path.join(folder, 'notes.txt'), 'x');
    fs.mkdirSync(path.join(folder, 'more'));
    sweepSpools(parent);
    expect(fs.readdirSync(folder).sort()).toEqual(['more', 'notes.txt', MARK_FILE].sort());
  });

  it.skipIf(!isRoot)('is left alone where it is another account’s, by root as well', () => {
    const mark = { ...markOf(process.pid), pid: dead };
    const [theirs, markedByThem] = [leave(mark), leave(mark)];
    fs.chownSync(theirs, FOREIGN_UID, FOREIGN_UID);
    fs.chownSync(path.join(markedByThem, MARK_FILE), FOREIGN_UID, FOREIGN_UID);
    sweepSpools(parent);
    expect(remains().sort()).toEqual([theirs, markedByThem].sort());
  });

  it('may be in a folder that is not there yet', () => {
    expect(() => sweepSpools(path.join(parent, 'none'))).not.toThrow();
  });
});

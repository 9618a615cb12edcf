import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOwnerOnlyFolder } from '../../../electron/backend/owner-only.ts';

/** Anybody but us. */
const OTHER = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-owner-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('makes a folder for its owner alone, and takes the rights of others from one that is there', () => {
  const fresh = path.join(folder, 'a', 'b');
  makeOwnerOnlyFolder(fresh);
  chmodSync(fresh, 0o755);
  makeOwnerOnlyFolder(fresh);

  expect(statSync(fresh).mode & 0o777).toBe(0o700);
});

test('follows a link of its own account', () => {
  mkdirSync(path.join(folder, 'elsewhere'));
  symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, 'data'));
  makeOwnerOnlyFolder(path.join(folder, 'data'));

  expect(statSync(path.join(folder, 'elsewhere')).mode & 0o777).toBe(0o700);
});

// Only root can give a file to another account, and only root could be harmed by one.
test.runIf(isRoot)('as root, neither takes a folder of another account nor follows its link', () => {
  const foreign = path.join(folder, 'foreign');
  const ours = path.join(folder, 'ours');
  mkdirSync(foreign, 0o755);
  mkdirSync(ours, 0o755);
  const before = statSync(ours).mode;
  symlinkSync(foreign, path.join(folder, 'to-foreign'));
  chownSync(foreign, OTHER, OTHER);
  // In a folder such as /tmp everybody may put a link, and let it lead to what is ours.
  const link = path.join(folder, 'link');
  symlinkSync(ours, link);
  lchownSync(link, OTHER, OTHER);
  for (const taken of [foreign, path.join(folder, 'to-foreign'), link])
    expect(() => makeOwnerOnlyFolder(taken)).toThrow(expect.objectContaining({ code: 'FOLDER_FOREIGN' }));

  expect(statSync(foreign).mode & 0o777).toBe(0o755);
  expect(statSync(ours).mode).toBe(before);
});

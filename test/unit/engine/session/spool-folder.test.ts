import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeStaleSpools } from '../../../../electron/engine/session/spool-folder.ts';

let parent: string;

beforeEach(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-folder-test-'));
});

afterEach(() => {
  fs.rmSync(parent, { recursive: true, force: true });
});

function make(name: string): void {
  fs.mkdirSync(path.join(parent, name));
  fs.writeFileSync(path.join(parent, name, '00000001.segment'), 'x');
}

it('removes what dead processes left behind for this task, and nothing else', () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const others = [
    `lockstep-spool-t-${process.pid}`,
    `lockstep-spool-t2-${dead}`,
    'lockstep-spool-t-notes',
    `other-${dead}`,
  ];
  for (const name of [...others, `lockstep-spool-t-${dead}`]) make(name);
  expect(removeStaleSpools(parent, 't')).toBe(`lockstep-spool-t-${process.pid}`);
  expect(fs.readdirSync(parent).sort()).toEqual(others.sort());
});

it('gives a name that is one folder, whatever the task is called', () => {
  expect(removeStaleSpools(parent, '../../[::1]:6379/é')).toBe(
    `lockstep-spool-.._..____1__6379__-${process.pid}`,
  );
});

it('needs no folder yet', () => {
  expect(removeStaleSpools(path.join(parent, 'none'), 't')).toContain('lockstep-spool-t-');
});

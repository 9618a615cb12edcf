import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { byNight, leftOut, type Room } from '../../by-night.ts';

const ROOMS: Room[] = ['e2e', 'integration'];

it.each(ROOMS)('files of %s that run by night are there', (room) => {
  expect(byNight(room).filter((file) => !existsSync(file))).toEqual([]);
});

it.each(ROOMS)('files of %s are left out by day alone, and where none is named', (room) => {
  const all = byNight(room);
  expect(all.length).toBeGreaterThan(0);
  expect(leftOut(room, {}, ['run', '--project=!nightly'])).toEqual(all);
  expect(leftOut(room, {}, ['run', '--project=!nightly', all[0]!])).toEqual([]);
  expect(leftOut(room, { LOCKSTEP_NIGHTLY: '1' }, ['run', '--project=nightly'])).toEqual([]);
});

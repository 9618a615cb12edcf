import { expect, test } from 'vitest';
import {
  NOTHING_SEEN,
  RELEASED,
  turnOf,
  type LeaseLook,
  type Turn,
} from '../../../../../electron/headless/cli/standby/turn.ts';

const held = (atMs: number, leftMs = 2000): LeaseLook => ({
  ...{ atMs, lease: { holder: 'other', leftMs }, connections: 3 },
});
const gone = (atMs: number, connections: number | undefined = 0): LeaseLook => ({
  ...{ atMs, lease: undefined, connections },
});
const released = (atMs: number): LeaseLook => ({
  ...{ atMs, lease: { holder: RELEASED, leftMs: 1000 }, connections: 3 },
});

test.each([
  ['nobody was ever there', [gone(0)], 'ours'],
  ['nobody was seen, and connections may not be listed', [gone(0, undefined)], 'ours'],
  ['a run without a lease works', [gone(0, 2)], 'unleased'],
  ['it has gone', [gone(0, 2), gone(500)], 'ours'],
  ['another holds it', [held(0)], 'held'],
  ['it is renewed', [held(0), held(500), held(60_000)], 'held'],
  ['it has run out', [held(0), gone(2000)], 'ours'],
  ['it has run out, and the dead machine has closed no connection', [held(0), gone(2100, 5)], 'ours'],
  ['a flush has removed it', [held(0), gone(500, 5)], 'held'],
  ['it was removed, and nobody writes it anew', [held(0, 9000), gone(500), gone(2000)], 'ours'],
  ['it was written anew', [held(0), gone(500), held(1000), gone(1500)], 'held'],
  ['it was left to whoever waits', [held(0), released(500)], 'ours'],
] as [string, LeaseLook[], Turn][])('%s', (_, looks, expected) => {
  let memory = NOTHING_SEEN;
  let turn: Turn | undefined;
  for (const look of looks) ({ turn, memory } = turnOf(look, memory));

  expect(turn).toBe(expected);
});

import { expect, test } from 'vitest';
import { jointLanes } from '../../../../electron/engine/metrics/joint-lanes.ts';
import { LaneMeter, type LaneStanding } from '../../../../electron/engine/metrics/lane-meter.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import type { LaneFigures } from '../../../../shared/model/lane.ts';

const lane = (at: string, slots: string, offset: number, commands: number): LaneStanding => ({
  ...{ at, offset, commands },
  slots: SlotSet.parse(slots)!,
});
const told = (at: string, slots: string, figure: number): LaneFigures => ({
  ...{ at, slots },
  ...{ behindBytes: figure, commands: figure * 2, commandsPerSecond: figure * 3 },
});

const behind =
  (sourceOffset: number) =>
  (offset: number): number =>
    Math.max(0, sourceOffset - offset);

test('a node is behind the source by what it has not answered for, and its rate is of its own commands', () => {
  const meter = new LaneMeter();
  meter.figures([lane('a:1', '0-9', 100, 10), lane('b:2', '10-19', 400, 50)], behind(500), 1000);
  expect(
    meter.figures([lane('a:1', '0-9', 300, 30), lane('b:2', '10-19', 700, 50)], behind(600), 3000),
  ).toEqual([
    { at: 'a:1', slots: '0-9', behindBytes: 300, commands: 30, commandsPerSecond: 10 },
    { at: 'b:2', slots: '10-19', behindBytes: 0, commands: 50, commandsPerSecond: 0 },
  ]);
});

test('a node that went away and came back has no rate of the time between', () => {
  const meter = new LaneMeter();
  meter.figures([lane('a:1', '0-9', 0, 10)], behind(0), 1000);
  meter.figures([], behind(0), 2000);
  expect(meter.figures([lane('a:1', '0-9', 0, 90)], behind(0), 3000)[0]!.commandsPerSecond).toBe(0);
});

test('what several parts write to one node is told as one, in the order of slots', () => {
  expect(
    jointLanes([
      [told('b:2', '8000', 1), told('a:1', '5,7', 10)],
      [told('a:1', '6,9000-9001', 100), told('c:3', '-', 1000)],
    ]),
  ).toEqual([told('a:1', '5-7,9000-9001', 110), told('b:2', '8000', 1), told('c:3', '-', 1000)]);
});

test('a node that is away is so for all parts, since the first of them saw it, and a command may wait in any', () => {
  const gone = (sinceMs: number, heldUpBy: string): NonNullable<LaneFigures['away']> => ({
    ...{ sinceMs, heldUpBy },
    reason: `since ${sinceMs}`,
  });
  const figures = new LaneMeter().figures(
    [{ ...lane('a:1', '0-9', 100, 10), away: gone(5, '') }],
    behind(500),
    1000,
  );
  expect(figures[0]!.away).toEqual(gone(5, ''));
  expect(
    jointLanes([
      [{ ...told('a:1', '5', 1), away: gone(20, 'RENAME') }],
      [{ ...told('a:1', '6', 1), away: gone(10, '') }, told('b:2', '7', 1)],
    ]).map(({ away }) => away),
  ).toEqual([{ sinceMs: 10, reason: 'since 10', heldUpBy: 'RENAME' }, undefined]);
});

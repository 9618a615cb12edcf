import { describe, expect, test } from 'vitest';
import { DEFAULT_ALERTS, type AlertSettings } from '../../../../shared/alerts/alert-settings.ts';
import {
  AGAIN_AFTER_MS,
  isQuiet,
  judgeAlerts,
  type AlertFacts,
  type AlertMemory,
} from '../../../../shared/alerts/judge-alerts.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const NOON = 12 * 60;

const ALL: AlertSettings = {
  ...DEFAULT_ALERTS,
  lag: { on: true, seconds: 30, forMinutes: 5 },
  drift: { on: true, forMinutes: 10 },
};
const NIGHT: AlertSettings = { ...ALL, quiet: { on: true, fromMinute: 22 * 60, toMinute: 7 * 60 } };
const WELL: AlertFacts = {
  ...{ lagSeconds: 0.2, differs: false, failed: false, bufferPercent: 0, certificateEndsAtMs: null },
};
const kinds = (all: readonly { kind: string }[]): string => all.map(({ kind }) => kind).join();
const since = (ms: number, toldAtMs: number | null = null) => ({ sinceMs: NOW - ms, toldAtMs });

describe('what is told of a task', () => {
  test.each<[string, Partial<AlertFacts>, AlertMemory, string, string]>([
    ['nothing of one that is well', {}, {}, '', ''],
    ['no lag at its bound', { lagSeconds: 30 }, { lag: since(DAY) }, '', ''],
    ['no lag that has just begun', { lagSeconds: 31 }, {}, '', ''],
    ['no lag a moment before its time', { lagSeconds: 31 }, { lag: since(5 * MINUTE - 1) }, '', ''],
    ['lag for its time', { lagSeconds: 31 }, { lag: since(5 * MINUTE) }, 'lag', ''],
    ['no lag that nobody knows', { lagSeconds: null }, { lag: since(5 * MINUTE) }, '', ''],
    ['drift for its time', { differs: true }, { drift: since(10 * MINUTE) }, 'drift', ''],
    ['no drift before', { differs: true }, { drift: since(9 * MINUTE) }, '', ''],
    ['a failure at once', { failed: true }, {}, 'failed', ''],
    ['a full buffer at once', { bufferPercent: 80 }, {}, 'buffer', ''],
    ['no buffer below', { bufferPercent: 79.9 }, {}, '', ''],
    ['a certificate 14 days before', { certificateEndsAtMs: NOW + 14 * DAY }, {}, 'certificate', ''],
    ['no certificate earlier', { certificateEndsAtMs: NOW + 14 * DAY + 1 }, {}, '', ''],
    ['one that has ended', { certificateEndsAtMs: NOW - DAY }, {}, 'certificate', ''],
    ['nothing twice', { failed: true }, { failed: since(MINUTE, NOW - MINUTE) }, '', ''],
    ['the same after a day', { failed: true }, { failed: since(DAY, NOW - AGAIN_AFTER_MS) }, 'failed', ''],
    ['the end of what was told', {}, { lag: since(DAY, NOW - MINUTE) }, '', 'lag'],
    ['no end of what was not', {}, { lag: since(MINUTE) }, '', ''],
    ['several at once', { failed: true, bufferPercent: 99 }, {}, 'failed,buffer', ''],
  ])('%s', (_what, facts, memory, raised, over) => {
    const judged = judgeAlerts({ ...WELL, ...facts }, memory, ALL, NOW, NOON);
    expect([kinds(judged.raised), kinds(judged.over)]).toEqual([raised, over]);
  });
});

test('what holds is remembered since it began, and forgotten when it is over', () => {
  const first = judgeAlerts({ ...WELL, lagSeconds: 60 }, {}, ALL, NOW, NOON);
  expect(first.memory).toEqual({ lag: { sinceMs: NOW, toldAtMs: null } });
  const later = judgeAlerts({ ...WELL, lagSeconds: 60 }, first.memory, ALL, NOW + 5 * MINUTE, NOON);
  expect(later.raised).toEqual([{ kind: 'lag', sinceMs: NOW }]);
  expect(later.memory).toEqual({ lag: { sinceMs: NOW, toldAtMs: NOW + 5 * MINUTE } });
  expect(judgeAlerts(WELL, later.memory, ALL, NOW + 6 * MINUTE, NOON).memory).toEqual({});
});

test('a condition that is switched off is neither told nor remembered', () => {
  const off = { ...ALL, failed: { on: false } };
  expect(judgeAlerts({ ...WELL, failed: true }, { failed: since(DAY, NOW - DAY) }, off, NOW, NOON)).toEqual({
    ...{ memory: {}, raised: [], over: [] },
  });
});

describe('in quiet hours', () => {
  const atNight = judgeAlerts({ ...WELL, failed: true }, {}, NIGHT, NOW, 23 * 60);
  test('nothing is told, and what holds at their end is told then', () => {
    expect(atNight.raised).toEqual([]);
    const morning = judgeAlerts(
      { ...WELL, failed: true },
      atNight.memory,
      NIGHT,
      NOW + 8 * 3_600_000,
      7 * 60,
    );
    expect(morning.raised).toEqual([{ kind: 'failed', sinceMs: NOW }]);
  });
  test('what began and ended in them is never told', () => {
    const morning = judgeAlerts(WELL, atNight.memory, NIGHT, NOW + 8 * 3_600_000, 7 * 60);
    expect([morning.raised, morning.over]).toEqual([[], []]);
  });
  test('the end of what was told before them is told after them', () => {
    const told = { failed: since(MINUTE, NOW - MINUTE) };
    const night = judgeAlerts(WELL, told, NIGHT, NOW, 2 * 60);
    expect(night.over).toEqual([]);
    expect(kinds(judgeAlerts(WELL, night.memory, NIGHT, NOW + MINUTE, 7 * 60).over)).toBe('failed');
  });
  test.each([
    [22 * 60, 7 * 60, 21 * 60 + 59, false],
    [22 * 60, 7 * 60, 22 * 60, true],
    [22 * 60, 7 * 60, 0, true],
    [22 * 60, 7 * 60, 6 * 60 + 59, true],
    [22 * 60, 7 * 60, 7 * 60, false],
    [60, 120, 59, false],
    [60, 120, 60, true],
    [60, 120, 120, false],
    [60, 60, 60, false],
  ])('from %d to %d it is quiet at %d: %s', (fromMinute, toMinute, at, quiet) => {
    expect(isQuiet({ on: true, fromMinute, toMinute }, at)).toBe(quiet);
    expect(isQuiet({ on: false, fromMinute, toMinute }, at)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { faultSpells, comparisonSpells, spellsAt, spellsOf } from '../../../../renderer/activity/spell.ts';
import { totalsOf } from '../../../../renderer/activity/totals.ts';
import { describeSpell } from '../../../../renderer/activity/describe-spell.ts';
import { NO_ACTIVITY, type ActivityBand, type BandStatus } from '../../../../shared/model/activity.ts';
import type { TaskStatus } from '../../../../shared/model/task-status.ts';

const MINUTE = 60_000;
const NOW = 100 * MINUTE;

/** Bands one after the other, from minute to minute; the last one lasts. */
function activity(...parts: readonly (readonly [BandStatus, number, number?])[]) {
  const bands = parts.map(([status, fromMinute, copy], index): ActivityBand => {
    const next = parts[index + 1]?.[1];
    const toMs = next === undefined ? null : next * MINUTE;
    return { status, fromMs: fromMinute * MINUTE, toMs, ...(copy !== undefined && { copy }) };
  });
  return { ...NO_ACTIVITY, bands };
}
const shown = (
  recorded: ReturnType<typeof activity>,
  status: TaskStatus,
  sinceMinute = 0,
): (string | number)[][] =>
  spellsOf(recorded, { status, sinceMs: sinceMinute * MINUTE }, NOW).map(({ kind, word, fromMs, toMs }) => [
    kind,
    word,
    fromMs / MINUTE,
    toMs / MINUTE,
  ]);

describe('bands of what was recorded', () => {
  it.each<[string, ReturnType<typeof activity>, TaskStatus, (string | number)[][]]>([
    [
      'the steps of a copy are one copy',
      activity(
        ['connecting', 0],
        ['receiving', 1, 1],
        ['full-copy', 2, 1],
        ['clearing', 5, 1],
        ['in-step', 6],
      ),
      'in-step',
      [
        ['changing', 'Connecting', 0, 1],
        ['copy', 'Full copy', 1, 6],
        ['in-step', 'In step', 6, 100],
      ],
    ],
    [
      'a second copy has its number, also right after the first one',
      activity(
        ['full-copy', 0, 1],
        ['full-copy', 3, 2],
        ['catching-up', 5],
        ['full-copy', 8, 3],
        ['in-step', 9],
      ),
      'in-step',
      [
        ['copy', 'Full copy', 0, 3],
        ['recopy', 'Full copy again (number 2)', 3, 5],
        ['catching-up', 'Catching up', 5, 8],
        ['recopy', 'Full copy again (number 3)', 8, 9],
        ['in-step', 'In step', 9, 100],
      ],
    ],
    [
      'an outage between two times in step is there, however brief',
      activity(['in-step', 0], ['retrying', 50], ['restarting', 50.01], ['in-step', 50.02]),
      'in-step',
      [
        ['in-step', 'In step', 0, 50],
        ['outage', 'Restarting', 50, 50.02],
        ['in-step', 'In step', 50.02, 100],
      ],
    ],
    [
      'a node that is away, no news, and what nobody recorded are no time in step',
      activity(
        ['in-step', 0],
        ['partial', 10],
        ['in-step', 20],
        ['unheard', 30],
        ['in-step', 40],
        ['closed', 50],
        ['stopped', 60],
      ),
      'stopped',
      [
        ['in-step', 'In step', 0, 10],
        ['outage', 'Node away', 10, 20],
        ['in-step', 'In step', 20, 30],
        ['outage', 'No news', 30, 40],
        ['in-step', 'In step', 40, 50],
        ['unrecorded', 'Not recorded: Lockstep did not run', 50, 60],
        ['stopped', 'Stopped', 60, 100],
      ],
    ],
    [
      'it is paused, and does not run, from when that is so and not from when it was asked for',
      activity(['in-step', 0], ['pausing', 10], ['paused', 12], ['stopping', 50], ['stopped', 60]),
      'stopped',
      [
        ['in-step', 'In step', 0, 10],
        ['changing', 'Pausing', 10, 12],
        ['paused', 'Paused', 12, 50],
        ['changing', 'Stopping', 50, 60],
        ['stopped', 'Stopped', 60, 100],
      ],
    ],
    ['nothing was recorded', activity(), 'stopped', []],
  ])('%s', (_name, recorded, status, expected) => {
    expect(shown(recorded, status)).toEqual(expected);
  });

  it('the last one is what the badge says, where the page knows it before the record does', () => {
    expect(shown(activity(['in-step', 0]), 'unheard', 99)).toEqual([
      ['in-step', 'In step', 0, 99],
      ['outage', 'No news', 99, 100],
    ]);
    // What began before the last band has been told of later than it.
    expect(shown(activity(['in-step', 0], ['catching-up', 60]), 'differs', 10)).toEqual([
      ['in-step', 'In step', 0, 60],
      ['differs', 'Sides differ', 60, 100],
    ]);
  });
});

describe('what is told of them', () => {
  const recorded = {
    ...activity(['in-step', 0], ['retrying', 50], ['in-step', 51], ['retrying', 70], ['in-step', 72]),
    comparisons: [
      {
        fromMs: 10 * MINUTE,
        toMs: 12 * MINUTE,
        level: 'values' as const,
        outcome: 'done' as const,
        differences: 31,
      },
      {
        fromMs: 20 * MINUTE,
        toMs: 21 * MINUTE,
        level: 'sample' as const,
        outcome: 'cancelled' as const,
        differences: null,
      },
      {
        fromMs: 99 * MINUTE,
        toMs: null,
        level: 'count' as const,
        outcome: 'running' as const,
        differences: null,
      },
    ],
    faults: [
      {
        atMs: 50 * MINUTE,
        code: 'TARGET_UNREACHABLE' as const,
        severity: 'warning' as const,
        text: 'refused',
      },
    ],
  };
  const bands = spellsOf(recorded, { status: 'in-step', sinceMs: 0 }, NOW);

  it('has how often and how long there was each kind, which adds up to all of the time', () => {
    expect(totalsOf(bands)).toEqual([
      { kind: 'in-step', count: 3, lengthMs: 97 * MINUTE },
      { kind: 'outage', count: 2, lengthMs: 3 * MINUTE },
    ]);
  });

  it('has comparisons with what they found, and faults by their title', () => {
    expect(comparisonSpells(recorded, NOW).map(({ word, lasts, toMs }) => [word, lasts, toMs])).toEqual([
      ['Comparison: 31 differences', false, 12 * MINUTE],
      ['Comparison of a sample, cancelled', false, 21 * MINUTE],
      ['Comparison of counts, under way', true, NOW],
    ]);
    const [fault] = faultSpells(recorded);
    expect(fault?.word).toBe('The target cannot be reached');
    expect(spellsAt([...bands, fault!], 50 * MINUTE + 400, 1000).map(({ kind }) => kind)).toEqual([
      'in-step',
      'outage',
      'fault',
    ]);
  });

  it('says from when to when, and how long', () => {
    expect(describeSpell(bands[1]!, NOW)).toMatch(/^Reconnecting, \d\d:50:00 to \d\d:51:00, 1 min$/);
    expect(describeSpell(bands.at(-1)!, NOW)).toMatch(/^In step, since \d\d:12:00, 28 min$/);
  });
});

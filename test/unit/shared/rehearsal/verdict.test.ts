import { describe, expect, test } from 'vitest';
import type { GateItem } from '../../../../shared/rehearsal/gate.ts';
import type { RehearsalReport } from '../../../../shared/rehearsal/report.ts';
import { judgeRehearsal, type Judgeable } from '../../../../shared/rehearsal/verdict.ts';

const GOALS = { rtoMs: 60_000, rpoMs: 5_000 };
const NOTHING: Omit<Judgeable, 'kind'> = {
  goals: GOALS,
  rpo: null,
  rtoMs: null,
  lagSeconds: null,
  comparison: null,
  ownCheck: null,
  gate: null,
  failure: null,
};
const lag = (worst: number): RehearsalReport['lagSeconds'] => ({ count: 9, p50: 0, p99: 0, worst });
const compared = (differences: number, equal = differences === 0): RehearsalReport['comparison'] => ({
  ...{ equal, compared: 10, differences, tookMs: 1 },
});
const lost = (seconds: number): RehearsalReport['rpo'] => ({ bytes: seconds, seconds, commands: null });
const check = (passed: boolean): RehearsalReport['ownCheck'] => ({
  status: passed ? 0 : 1,
  tookMs: 5,
  passed,
});
const item = (state: GateItem['state']): GateItem => ({ id: 'lag', state, found: '', who: [] });
const failure = { code: 'TARGET_UNREACHABLE', fact: 'gone' } as const;

type Row = readonly [
  kind: Judgeable['kind'],
  figures: Partial<Judgeable>,
  states: Readonly<Record<string, string>>,
];

const TABLE: readonly Row[] = [
  ['copy', {}, { completed: 'met', equal: 'unknown', rpo: 'unknown' }],
  ['copy', { comparison: compared(0), lagSeconds: lag(5) }, { completed: 'met', equal: 'met', rpo: 'met' }],
  [
    'copy',
    { comparison: compared(0), lagSeconds: lag(5.001) },
    { completed: 'met', equal: 'met', rpo: 'missed' },
  ],
  [
    'copy',
    { comparison: compared(1), lagSeconds: lag(0) },
    { completed: 'met', equal: 'missed', rpo: 'met' },
  ],
  [
    'copy',
    { comparison: compared(0, false), lagSeconds: lag(0) },
    { completed: 'met', equal: 'missed', rpo: 'met' },
  ],
  [
    'copy',
    { comparison: compared(0), lagSeconds: lag(0), failure },
    { completed: 'missed', equal: 'met', rpo: 'met' },
  ],
  ['failover', {}, { completed: 'met', rto: 'unknown', rpo: 'unknown' }],
  ['failover', { rtoMs: 60_000, rpo: lost(5) }, { completed: 'met', rto: 'met', rpo: 'met' }],
  ['failover', { rtoMs: 60_001, rpo: lost(0) }, { completed: 'met', rto: 'missed', rpo: 'met' }],
  ['failover', { rtoMs: 0, rpo: lost(5.1) }, { completed: 'met', rto: 'met', rpo: 'missed' }],
  [
    'failover',
    { rtoMs: 1, rpo: lost(0), ownCheck: check(true) },
    { completed: 'met', rto: 'met', rpo: 'met', 'own-check': 'met' },
  ],
  [
    'failover',
    { rtoMs: 1, rpo: lost(0), ownCheck: check(false) },
    { completed: 'met', rto: 'met', rpo: 'met', 'own-check': 'missed' },
  ],
  ['failover', { rtoMs: 1, rpo: lost(0), failure }, { completed: 'missed', rto: 'met', rpo: 'met' }],
  ['cutover', {}, { completed: 'met', gate: 'unknown', rto: 'unknown', equal: 'unknown' }],
  [
    'cutover',
    { gate: [item('ready'), item('mind')], rtoMs: 9, comparison: compared(0) },
    { completed: 'met', gate: 'met', rto: 'met', equal: 'met' },
  ],
  [
    'cutover',
    { gate: [item('ready'), item('blocks')], rtoMs: 9, comparison: compared(0) },
    { completed: 'met', gate: 'missed', rto: 'met', equal: 'met' },
  ],
  [
    'cutover',
    { gate: [item('ready')], rtoMs: 60_001, comparison: compared(0) },
    { completed: 'met', gate: 'met', rto: 'missed', equal: 'met' },
  ],
  // What the last comparison, of both sides as they stand still, has found.
  [
    'cutover',
    { gate: [item('ready')], rtoMs: 9, comparison: compared(2) },
    { completed: 'met', gate: 'met', rto: 'met', equal: 'missed' },
  ],
];

describe('the verdict of a rehearsal', () => {
  test.each(TABLE)('of a %s with %j is %j', (kind, figures, states) => {
    const { met, judged } = judgeRehearsal({ ...NOTHING, kind, ...figures });

    expect(Object.fromEntries(judged.map(({ criterion, state }) => [criterion, state]))).toEqual(states);
    expect(met).toBe(Object.values(states).every((state) => state === 'met'));
  });

  test('says the figure and the goal', () => {
    const { judged } = judgeRehearsal({ ...NOTHING, kind: 'failover', rtoMs: 75_000, rpo: lost(2) });
    expect(judged.map(({ text }) => text)).toEqual([
      'It came to its end',
      'Time until the target served: 1 min 15 s, beyond the goal of 1 min',
      'What the target never got: 2.0 s, within the goal of 5.0 s',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import {
  differenceOf,
  lookAtDrift,
  NO_DRIFT_MEMORY,
  type DriftMemory,
} from '../../../../shared/model/drift.ts';
import type { DatabaseCount, Metrics, Phase } from '../../../../shared/model/metrics.ts';
import type { Drift } from '../../../../shared/model/task-view.ts';
import { metricsOf } from '../../../support/backend/fake-engine.ts';

const count = (db: number, source: number, target: number, expires = [0, 0]): DatabaseCount => ({
  db,
  sourceKeys: source,
  sourceExpires: expires[0]!,
  targetKeys: target,
  targetExpires: expires[1]!,
});

interface Look {
  readonly databases: readonly DatabaseCount[];
  readonly phase?: Phase;
  readonly lagSeconds?: number;
  readonly writes?: number;
}

/** Looks once a second, and tells the last answer. */
function look(
  seconds: number,
  each: (second: number) => Look,
  existing: 'fail' | 'overwrite' = 'fail',
): Drift {
  let memory: DriftMemory = NO_DRIFT_MEMORY;
  let drift: Drift | undefined;
  for (let second = 0; second < seconds; second += 1) {
    const { databases, phase = 'in-step', lagSeconds = 0, writes = 0 } = each(second);
    const base = metricsOf(phase, second * 1000);
    const metrics: Metrics = {
      ...base,
      databases,
      lag: { bytes: lagSeconds, seconds: lagSeconds },
      read: { ...base.read, commandsPerSecond: writes },
    };
    ({ drift, memory } = lookAtDrift(metrics, existing, memory));
  }
  return drift!;
}

describe('drift', () => {
  test('a target that has evicted keys is never in order, not even with equal counts', () => {
    const at = (evictedKeys: number, databases: readonly DatabaseCount[]): string =>
      lookAtDrift({ ...metricsOf('in-step', 1000), databases, evictedKeys }, 'overwrite', NO_DRIFT_MEMORY)
        .drift.verdict;
    expect(at(1, [count(0, 10, 10)])).toBe('evicted');
    expect(at(3829, [count(0, 8000, 4171)])).toBe('evicted');
    expect(at(0, [count(0, 10, 10)])).toBe('none');
  });

  test('a clock that was set back does not hide a real difference for longer than a real one takes', () => {
    const databases = [count(0, 10, 5)];
    let memory = NO_DRIFT_MEMORY;
    const verdicts: string[] = [];
    for (const atMs of [3_600_000, ...Array.from({ length: 12 }, (_, second) => second * 1000)]) {
      const seen = lookAtDrift({ ...metricsOf('in-step', atMs), databases }, 'fail', memory);
      memory = seen.memory;
      verdicts.push(seen.drift.verdict);
    }
    expect(verdicts.at(-1)).toBe('real');
  });

  test('is unknown before anything was counted', () => {
    expect(look(1, () => ({ databases: [], phase: 'connecting' }))).toEqual({
      verdict: 'unknown',
      difference: null,
      expiringDifference: null,
      countedAtMs: null,
      lastZeroAtMs: null,
    });
  });

  test('two empty servers in step do not differ', () => {
    expect(look(1, () => ({ databases: [] }))).toMatchObject({ verdict: 'none', difference: 0 });
  });

  test('keys that expire do not count, and differ under a verdict of their own', () => {
    const drift = look(20, () => ({ databases: [count(0, 110, 107, [10, 7])] }));
    expect(drift).toMatchObject({
      verdict: 'expiry',
      difference: 0,
      expiringDifference: 3,
      lastZeroAtMs: 19_000,
    });
  });

  test('databases do not cancel each other out', () => {
    expect(differenceOf([count(0, 5, 3), count(1, 3, 5)])).toBe(4);
  });

  test('a difference is in flight for 10 s in step, then real', () => {
    const databases = [count(0, 100, 99)];
    expect(look(11, () => ({ databases })).verdict).toBe('in-flight');
    expect(look(12, () => ({ databases })).verdict).toBe('real');
  });

  test('it is in flight as long as the target lags or the task is not in step', () => {
    const databases = [count(0, 100, 50)];
    expect(look(60, () => ({ databases, lagSeconds: 5 })).verdict).toBe('in-flight');
    expect(look(60, () => ({ databases, phase: 'full-copy' })).verdict).toBe('in-flight');
  });

  test('the 10 s begin anew when the difference was gone or the target lagged', () => {
    const gone = look(20, (second) => ({ databases: [count(0, 100, second === 15 ? 100 : 99)] }));
    expect(gone).toMatchObject({ verdict: 'in-flight', lastZeroAtMs: 15_000 });
    const lagged = look(20, (second) => ({
      databases: [count(0, 100, 99)],
      lagSeconds: second === 15 ? 3 : 0,
    }));
    expect(lagged.verdict).toBe('in-flight');
  });

  test('what the source writes between the two counts explains a difference of that size, not a larger one', () => {
    expect(look(25, () => ({ databases: [count(0, 1000, 900)], writes: 100 })).verdict).toBe('in-flight');
    expect(look(60, () => ({ databases: [count(0, 1000, 500)], writes: 100 })).verdict).toBe('real');
  });

  test('a difference that stays for 30 s is real, however much the source writes', () => {
    const stray = (second: number): Look => ({
      // What is written and removed all the time is now ahead on one side and now on the other.
      databases: [count(0, 1000 + (second % 3), 1150 + ((second + 1) % 3))],
      writes: 1000,
    });
    expect(look(25, stray).verdict).toBe('in-flight');
    expect(look(40, stray).verdict).toBe('real');
  });

  test('writes that are on their way come and go, and are never real', () => {
    const ahead = [3, -2, 0, 1, -4, 2];
    const churn = (second: number): Look => ({
      databases: [count(0, 1000 + ahead[second % 6]!, 1000), count(1, 500 + ahead[(second + 3) % 6]!, 500)],
      writes: 1000,
    });
    for (let seconds = 100; seconds < 112; seconds += 1)
      expect(look(seconds, churn).verdict).toMatch(/in-flight|none/);
  });

  test('a source that gains keys all the time is ahead, and that is not real', () => {
    const growing = (second: number): Look => ({
      databases: [count(0, 1000 + second * 500, 1000 + second * 500 - 60)],
      writes: 500,
    });
    expect(look(120, growing).verdict).toBe('in-flight');
  });

  test('the one PING in 10 s of an idle source explains nothing', () => {
    const pinged = (second: number): Look => ({
      databases: [count(0, 100, 99)],
      writes: second % 10 === 9 ? 1 : 0,
    });
    expect(look(60, pinged).verdict).toBe('real');
  });

  test('keys that stood on the target before are its own, where it was allowed to have some', () => {
    const databases = [count(0, 100, 110), count(1, 5, 5)];
    expect(look(20, () => ({ databases }), 'overwrite').verdict).toBe('own-keys');
    expect(look(20, () => ({ databases }), 'fail').verdict).toBe('real');
    expect(look(20, () => ({ databases: [count(0, 100, 110), count(1, 6, 5)] }), 'overwrite').verdict).toBe(
      'real',
    );
  });

  test('counts that are reported again and again prove nothing, and are as old as they are', () => {
    let memory = NO_DRIFT_MEMORY;
    let drift: Drift | undefined;
    const seen = (atMs: number, countedAtMs: number, source: number): void => {
      const metrics = { ...metricsOf('in-step', atMs), countedAtMs, databases: [count(0, source, 100)] };
      ({ drift, memory } = lookAtDrift(metrics, 'fail', memory));
    };
    // The target does not answer from the second 1 on.
    for (let second = 0; second < 60; second += 1) seen(second * 1000, Math.min(second, 1) * 1000, 100);
    expect(drift).toMatchObject({ verdict: 'none', countedAtMs: 1000, lastZeroAtMs: 1000 });
    for (let second = 60; second < 120; second += 1) seen(second * 1000, 60_000, 101);
    expect(drift).toMatchObject({ verdict: 'in-flight', countedAtMs: 60_000 });
  });

  test('what a copy has brought explains nothing afterwards', () => {
    const databases = [count(0, 100_000, 99_000)];
    const copied = (second: number): Look =>
      second < 60 ? { databases, phase: 'full-copy', writes: 200_000 } : { databases, writes: 10 };
    expect(look(60 + 11, copied).verdict).toBe('in-flight');
    expect(look(60 + 12, copied).verdict).toBe('real');
  });

  test('the last zero is remembered while the sides differ', () => {
    const drift = look(30, (second) => ({ databases: [count(0, 100, second < 5 ? 100 : 98)] }));
    expect(drift).toMatchObject({ verdict: 'real', difference: 2, lastZeroAtMs: 4000 });
  });
});

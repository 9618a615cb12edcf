import { expect, test } from 'vitest';
import { Recorder } from '../../../../electron/backend/rehearsals/recorder.ts';

test('one step follows another without a gap, and the last says how it ended', () => {
  let now = 1000;
  const told: string[] = [];
  const recorder = new Recorder(
    () => now,
    (step, ended) => told.push(`${step} ${ended?.state ?? 'begins'}`),
  );
  recorder.begin('copy');
  now += 30;
  recorder.begin('copy');
  recorder.note('5 keys');
  now += 10;
  recorder.begin('in-step');
  now += 5;
  recorder.fault(now, 'the target is gone');
  recorder.end('failed');

  const { startedAtMs, endedAtMs, steps, faults } = recorder.recorded;
  expect([startedAtMs, endedAtMs]).toEqual([1000, 1045]);
  expect(steps).toEqual([
    { id: 'copy', beganMs: 0, tookMs: 40, state: 'done', note: '5 keys' },
    { id: 'in-step', beganMs: 40, tookMs: 5, state: 'failed' },
  ]);
  expect(faults).toEqual({ total: 1, listed: [{ atMs: 1045, text: 'the target is gone' }] });
  expect(told).toEqual(['copy begins', 'copy done', 'in-step begins', 'in-step failed']);
  expect(recorder.tookMs('copy')).toBe(40);
});

test('a pair that goes in and out of step for ever fills no memory', () => {
  let now = 0;
  const recorder = new Recorder(
    () => now++,
    () => undefined,
  );
  for (let i = 0; i < 5000; i++) {
    recorder.begin(i % 2 === 0 ? 'catch-up' : 'in-step');
    recorder.fault(now, 'again');
  }
  recorder.end('done');
  const { steps, faults } = recorder.recorded;
  expect(steps.length).toBeLessThanOrEqual(501);
  expect([faults.total, faults.listed.length]).toEqual([5000, 200]);
});

import { beforeEach, expect, it } from 'vitest';
import { RecheckQueue } from '../../../../electron/engine/verify/recheck-queue.ts';
import type { Finding } from '../../../../shared/model/comparison.ts';

const FINDING: Finding = { kind: 'value', source: 'a', target: 'b' };
const key = Buffer.from('key');

let now = 0;
let caughtUpToMs: number;
let queue: RecheckQueue;

beforeEach(() => {
  now = 1000;
  caughtUpToMs = Infinity;
  queue = new RecheckQueue(
    () => now,
    () => caughtUpToMs,
  );
});

it('lets a difference count after three further readings, with growing pauses', () => {
  queue.add(key);
  for (const [pauseMs, real] of [
    [100, false],
    [200, false],
    [300, true],
  ] as const) {
    expect(queue.pauseMs()).toBe(Math.min(100, pauseMs));
    now += pauseMs - 1;
    expect(queue.due(10)).toEqual([]);
    now += 1;
    expect(queue.due(10)).toEqual([key]);
    expect(queue.settle(key, FINDING)).toBe(real);
  }
  expect(queue.size).toBe(0);
});

it('drops a key that is found equal', () => {
  queue.add(key);
  now += 100;
  queue.due(10);
  expect(queue.settle(key, undefined)).toBe(false);
  expect(queue.size).toBe(0);
});

it('gives out a key once until it is settled', () => {
  queue.add(key);
  now += 100;
  expect(queue.due(10)).toHaveLength(1);
  now += 10_000;
  expect(queue.due(10)).toEqual([]);
  expect(queue.pauseMs()).toBe(100);
  expect(queue.size).toBe(1);
});

it('holds a key once, as its own copy', () => {
  const bytes = Buffer.from('key');
  queue.add(bytes);
  queue.add(Buffer.from('key'));
  bytes.fill(0);
  now += 100;
  expect(queue.due(10)).toEqual([key]);
});

it('gives out no more than asked for', () => {
  for (let i = 0; i < 5; i++) queue.add(Buffer.from([i]));
  now += 100;
  expect(queue.due(3)).toHaveLength(3);
  expect(queue.due(3)).toHaveLength(2);
});

it('lets no difference count that was found before the target had what the source had', () => {
  const read = (): boolean => {
    now += 300;
    expect(queue.due(10)).toEqual([key]);
    return queue.settle(key, FINDING);
  };
  caughtUpToMs = 999;
  queue.add(key);
  expect([read(), read(), read(), read(), read()]).toEqual([false, false, false, false, false]);
  // The target reached it while the key was read.
  now += 300;
  queue.due(10);
  caughtUpToMs = 1000;
  expect(queue.settle(key, FINDING)).toBe(false);
  expect(read()).toBe(true);
  expect(queue.size).toBe(0);
});

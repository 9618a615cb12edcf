import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SoonWriter } from '../../../../electron/backend/stores/soon-writer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first is written at once, what follows shortly after as one, the newest of them', async () => {
  const written: number[] = [];
  const writer = new SoonWriter((content: number) => void written.push(content), 100);
  await writer.write(1);
  const waiting = [writer.write(2), writer.write(3)];
  expect(written).toEqual([1]);
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all(waiting);
  expect(written).toEqual([1, 3]);
});

test('what waits is written when the application ends', async () => {
  const written: number[] = [];
  const writer = new SoonWriter((content: number) => void written.push(content), 100);
  await writer.write(1);
  const waiting = writer.write(2);
  writer.flush();
  await waiting;
  expect(written).toEqual([1, 2]);
});

test('a failure reaches everyone who waits, and the next write is tried again', async () => {
  let full = false;
  const writer = new SoonWriter((_content: number) => {
    if (full) throw new Error('full');
  }, 100);
  await writer.write(1);
  full = true;
  const waiting = Promise.allSettled([writer.write(2), writer.write(3)]);
  await vi.advanceTimersByTimeAsync(100);
  expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  full = false;
  await vi.advanceTimersByTimeAsync(100);
  await expect(writer.write(4)).resolves.toBeUndefined();
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { renewed } from '../../../../../electron/headless/cli/standby/stand-by.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('renews once the last answer is there, and asks a target that does not answer no further times', async () => {
  let answer: (taken: boolean) => void = () => undefined;
  const take = vi.fn<() => Promise<boolean>>(() => new Promise((resolve) => (answer = resolve)));
  const release = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const held = renewed({ take, release });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(take).toHaveBeenCalledTimes(1);
  answer(true);
  // None of those that were left out is made up for.
  await vi.advanceTimersByTimeAsync(1);
  expect(take).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(700);
  expect(take).toHaveBeenCalledTimes(2);
  const released = held.release();
  await vi.advanceTimersByTimeAsync(5000);
  expect(release).not.toHaveBeenCalled();
  answer(true);
  await released;
  expect(release).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(take).toHaveBeenCalledTimes(2);
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Sampler, type SamplerOptions } from '../../../../electron/engine/task/sampler.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('samples the source each second while the target does not answer', async () => {
  const sampled = vi.fn<() => void>();
  const replies = [
    [null, ['1700000000', '0']],
    [null, 'role:master\r\nmaster_replid:abc\r\nmaster_repl_offset:100\r\n'],
  ];
  const pipeline = { time: () => pipeline, info: () => pipeline, exec: () => Promise.resolve(replies) };
  const options: unknown = {
    clock: systemWorld.clock,
    feed: { replid: 'abc', sampled },
    servers: {
      openSource: () => Promise.resolve({ pipeline: () => pipeline }),
      lookAtTargetClock: () => new Promise(() => undefined),
      facts: { source: { clockAheadMs: 0 } },
    },
    onOffset: () => undefined,
    onStanding: () => undefined,
    onLook: () => undefined,
  };
  const sampler = new Sampler(options as SamplerOptions);
  sampler.start();
  await vi.advanceTimersByTimeAsync(3500);
  sampler.stop();
  expect(sampled).toHaveBeenCalledTimes(4);
});

it.each([
  ['the history that is followed', 'abc', '', -1, 100],
  ['one that goes on from what was received', 'def', 'abc', 91, 100],
  ['one that has parted from it before that', 'def', 'abc', 90, 'unheard'],
  ['another one', 'def', 'fed', 200, 'unheard'],
])('an offset of %s is %s, %s until %i: %s', async (_what, replid, earlier, second, told) => {
  const text = `role:master\r\nmaster_replid:${replid}\r\nmaster_replid2:${earlier}\r\nsecond_repl_offset:${second}\r\nmaster_repl_offset:100\r\n`;
  const replies = [
    [null, ['1700000000', '0']],
    [null, text],
  ];
  const pipeline = { time: () => pipeline, info: () => pipeline, exec: () => Promise.resolve(replies) };
  const options: unknown = {
    clock: systemWorld.clock,
    feed: { replid: 'abc', receivedOffset: 90, sampled: () => undefined },
    servers: {
      openSource: () => Promise.resolve({ pipeline: () => pipeline }),
      facts: { source: { clockAheadMs: 0 } },
    },
    onStanding: () => undefined,
  };
  expect(await new Sampler(options as SamplerOptions).sampleSource()).toBe(told);
});

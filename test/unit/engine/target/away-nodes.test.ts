import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Wholeness } from '../../../../electron/engine/control/whole-cluster.ts';
import { AwayNodes } from '../../../../electron/engine/target/away-nodes.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const lost = new LockstepError('TARGET_LINK_LOST', 'a:1: it was closed');
let told: string[];
let seen: Wholeness;
let paused: boolean;
let heldUpBy: string | undefined;
/** What was asked for, and when. */
let looks: { readonly away: readonly string[]; readonly atMs: number }[];
let ended: string[];
let nodes: AwayNodes;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  [told, looks, ended, paused, heldUpBy] = [[], [], [], false, undefined];
  seen = { whole: false, unreached: new Map() };
  nodes = new AwayNodes({
    clock: systemWorld.clock,
    retryForMs: 20_000,
    events: { info: (text) => void told.push(text), warning: (text) => void told.push(`! ${text}`) },
    paused: () => paused,
    heldUpBy: () => heldUpBy,
    look: (away) => {
      looks.push({ away, atMs: Date.now() - 1_800_000_000_000 });
      return Promise.resolve(seen);
    },
    onWhole: () => {
      ended.push('whole');
      nodes.back();
    },
    onExhausted: (error) => ended.push(`${error.code}: ${error.message}`),
  });
});
afterEach(() => vi.useRealTimers());

it('looks at growing intervals until the cluster is whole, and tells the beginning and the end alone', async () => {
  nodes.add('a:1', lost);
  await pass(12_000);
  expect(looks.map(({ atMs }) => atMs)).toEqual([200, 600, 1400, 3000, 6200, 11_200]);
  expect(nodes.at('a:1')).toEqual({ sinceMs: 1_800_000_000_000, reason: 'it was closed' });
  seen = { whole: true, unreached: new Map() };
  await pass(5000);
  expect(ended).toEqual(['whole']);
  expect(told).toEqual([
    '! A node of the target is away (a:1: it was closed); the other nodes go on, and what it misses waits in the buffer on this machine',
    'All nodes of the target answer again after 16.2 s (away: a:1): what was missed there is applied',
  ]);
  expect([nodes.at('a:1'), nodes.sinceMs]).toEqual([undefined, undefined]);
  await pass(60_000);
  expect(looks).toHaveLength(7);
});

it('knows better why as it looks, and says once what waits', async () => {
  nodes.add('a:1', lost);
  seen = { whole: false, unreached: new Map([['a:1', 'a:1: nothing listens there']]) };
  heldUpBy = 'RENAME';
  await pass(5000);
  expect(nodes.at('a:1')!.reason).toBe('nothing listens there');
  expect(told.filter((text) => text.includes('(RENAME), and waits for it'))).toHaveLength(1);
});

it('waits for no longer than the task does, from the first one on', async () => {
  nodes.add('a:1', lost);
  await pass(10_000);
  nodes.add('b:2', new LockstepError('TARGET_UNREACHABLE', 'b:2: no way'));
  await pass(15_000);
  expect(looks.at(-1)!.away).toEqual(['a:1', 'b:2']);
  expect(ended).toEqual(['RETRY_EXHAUSTED: A node of the target is away: a:1: it was closed; b:2: no way']);
});

it('goes on looking in a pause, ends nothing meanwhile, and begins to count anew behind it', async () => {
  nodes.add('a:1', lost);
  paused = true;
  await pass(60_000);
  expect(looks.length).toBeLessThan(20);
  seen = { whole: true, unreached: new Map() };
  await pass(6000);
  expect(ended).toEqual([]);
  seen = { whole: false, unreached: new Map() };
  paused = false;
  await pass(15_000);
  expect(ended).toEqual([]);
  seen = { whole: true, unreached: new Map() };
  await pass(6000);
  expect(ended).toEqual(['whole']);
});

it('is over with the stream', async () => {
  nodes.add('a:1', lost);
  nodes.drop();
  await pass(60_000);
  expect([looks, told.length]).toEqual([[], 1]);
});

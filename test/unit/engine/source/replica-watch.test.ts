import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReplicaWatch } from '../../../../electron/engine/source/replica-watch.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';

const THERE = { host: 'there', port: 1 } as Endpoint;
const WELL = { role: 'slave', master_link_status: 'up', loading: '0' };
const CUT_OFF = { ...WELL, master_link_status: 'down' };

let told: Record<string, string> | undefined;
let replica: { id: string; endpoint: Endpoint } | undefined;
let better: Endpoint | undefined;
let feed: { connected: boolean; snapshotPending: boolean };
let asked: unknown[];
let moved: Endpoint[];
let alone: number;
let watch: ReplicaWatch;

beforeEach(() => {
  vi.useFakeTimers();
  told = WELL;
  replica = { id: 'a', endpoint: { host: 'here', port: 1 } as Endpoint };
  better = THERE;
  feed = { connected: true, snapshotPending: false };
  asked = [];
  moved = [];
  alone = 0;
  watch = new ReplicaWatch({
    clock: systemWorld.clock,
    choice: {
      get replica() {
        return replica;
      },
      ask: async () => told && new Map(Object.entries(told)),
      better: async (from) => {
        asked.push(from);
        return better;
      },
      linkedTo: () => undefined,
    },
    feed: () => ({
      ...feed,
      ...{ replid: 'r', receivedOffset: 7, linkedAt: 'here:1', relocated: (to: Endpoint) => moved.push(to) },
    }),
    onAlone: () => (alone += 1),
  });
  watch.start();
});

afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

it('stays with a replica that is well', async () => {
  await pass(20_000);
  expect([asked, moved]).toEqual([[], []]);
});

it('stays with one that has its primary again soon', async () => {
  told = CUT_OFF;
  await pass(2500);
  told = WELL;
  await pass(10_000);
  told = CUT_OFF;
  await pass(2500);
  expect(moved).toEqual([]);
});

it.each([
  ['is cut off', CUT_OFF],
  ['loads', { ...WELL, loading: '1' }],
  ['does not answer', undefined],
])('leaves one that %s, from where it stands', async (_how, info) => {
  told = info;
  await pass(5000);
  expect(asked[0]).toEqual({ replid: 'r', offset: 7 });
  expect(moved[0]).toBe(THERE);
});

it('leaves nothing while a snapshot comes, or the link is down', async () => {
  told = CUT_OFF;
  feed.snapshotPending = true;
  await pass(10_000);
  feed = { connected: false, snapshotPending: false };
  await pass(10_000);
  expect(moved).toEqual([]);
});

it('says that one that is cut off is all there is', async () => {
  told = CUT_OFF;
  better = undefined;
  await pass(6000);
  expect(moved).toEqual([]);
  expect(alone).toBeGreaterThan(0);
});

it('goes from the primary to a replica as soon as one is fit, and looks for it now and then', async () => {
  replica = undefined;
  better = undefined;
  await pass(11_500);
  expect(asked).toHaveLength(3);
  better = THERE;
  await pass(5000);
  expect(moved).toEqual([THERE]);
  expect(alone).toBe(0);
});

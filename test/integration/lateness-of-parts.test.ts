/** A comparison reads late times of a target as the part says that has the key's slot. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  checkpointFields,
  checkpointKey,
  type Checkpoint,
} from '../../electron/engine/checkpoint/checkpoint.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { timeWith, type Amounts } from '../../shared/model/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

const ONE: Amounts = { smallMs: 16_000, longMs: 160_000 };
const OTHER: Amounts = { smallMs: 32_000, longMs: 320_000 };
/** In slots of the first part, of the second, of one that is exact, and of none. */
const KEYS = ['one', 'other', 'exact', 'unsettled'] as const;
type Key = (typeof KEYS)[number];
const slotsOf = (...keys: readonly string[]): SlotSet => {
  const slots = new Set(keys.map((key) => keySlot(Buffer.from(key))));
  return SlotSet.where((slot) => slots.has(slot));
};

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
});
afterAll(() => Promise.all([source?.stop(), target?.stop()]));
afterEach(() => Promise.all([source, target].map((server) => server.client().flushall())));

async function note(name: string, some: Partial<Checkpoint>): Promise<void> {
  await target.client().hset(checkpointKey(name), ...checkpointFields(checkpointWith(some)));
}

async function parts(): Promise<void> {
  await note('orders 1', { slots: slotsOf('one'), expiry: 'long', amounts: ONE });
  await note('orders 2', { slots: slotsOf('other'), expiry: 'long', amounts: OTHER });
  await note('orders 3', { slots: slotsOf('exact'), expiry: 'exact', amounts: OTHER });
}

/** Writes each key with its true time to the source, and as it is said to the target. */
async function write(on: (key: Key, trueMs: number) => number): Promise<void> {
  const trueMs = Math.ceil((Date.now() + 500_000) / 16) * 16;
  for (const key of KEYS) {
    await source.client().set(key, 'v', 'PXAT', trueMs);
    await target.client().set(key, 'v', 'PXAT', on(key, trueMs));
  }
}

const differing = async (): Promise<string[]> => {
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(target.url),
  });
  return report.differences.map(({ key }) => String(key)).toSorted();
};

it('times are true once they are read as late as the part of their slot has written them', async () => {
  await parts();
  await write((key, trueMs) =>
    key === 'exact' ? trueMs : timeWith('long', trueMs, key === 'other' ? OTHER : ONE),
  );
  expect(await differing()).toEqual([]);
});

it('times differ that are as late as another part writes them', async () => {
  await parts();
  await write((key, trueMs) => timeWith('long', trueMs, key === 'one' ? OTHER : ONE));
  expect(await differing()).toEqual(['exact', 'one', 'other']);
});

it('a part that was handed over says nothing of the keys of another task, which takes all', async () => {
  await note('orders 3', { slots: slotsOf('one'), expiry: 'exact', active: false, databases: '1' });
  await note('orders 4', { slots: slotsOf('one'), expiry: 'exact', active: false });
  await note('stock', { expiry: 'long', amounts: ONE });
  await write((_, trueMs) => timeWith('long', trueMs, ONE));
  expect(await differing()).toEqual([]);
});

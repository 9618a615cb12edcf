import { expect, test } from 'vitest';
import { damaged, FuzzTarget, loadFuzzed } from '../support/rdb/fuzz-target.ts';
import { randomOf } from '../support/rdb/portions.ts';
import { startRedis } from '../support/redis-server.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const ROUNDS = 2000;

test(`values with bytes that are others kill no target, seed ${SEED}`, async () => {
  const random = randomOf(SEED);
  const source = await startRedis();
  const client = source.client();
  const dumps = new Map<string, Buffer>();
  for (const key of (await loadFuzzed(client)).toSorted()) dumps.set(key, await client.dumpBuffer(key));
  const target = await FuzzTarget.start(true);
  try {
    for (let round = 0; round < ROUNDS; round++)
      for (const [key, dump] of dumps) await target.give(damaged(dump, random), `${key} in round ${round}`);
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
  expect(target.outcome.deaths).toEqual([]);
  expect(target.outcome.taken).toBeGreaterThan(ROUNDS);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import * as build from '../support/rdb/builder.ts';
import { damaged, FuzzTarget, loadFuzzed, sealed } from '../support/rdb/fuzz-target.ts';
import { randomOf } from '../support/rdb/portions.ts';
import { framed, startFakeSource } from '../support/fake-source.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';

/** Values of which a server dies that does not check payloads in depth, as by default. */
let source: RedisProcess;
let target: RedisProcess;
let from: Redis;
let to: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  from = source.client();
  to = target.client();
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

/** The same with a wrong length behind its last item, which only who reads from behind comes upon. */
function wrongBehind(listpack: Buffer): Buffer {
  const copy = Buffer.from(listpack);
  copy[copy.length - 2]! += 40;
  return copy;
}

const items = ['a', '1', 'b', '2'].map((text) => build.listpackString(text));

describe('a damaged value', () => {
  it('of a snapshot is named, and not sent', async () => {
    const hash = build.string(wrongBehind(build.listpack(items)));
    const good = build.entry(0, 'good', build.string('v'));
    const fake = await startFakeSource(
      framed(build.snapshot(build.join(0xfe, 3, good, build.entry(16, 'bad one', hash)))),
    );
    const run = startRun(fake.url, target.url, { fullOnly: true });
    await expect(run.outcome).rejects.toMatchObject({
      code: 'VALUE_DAMAGED',
      message: 'key bad one of database 3: a listpack does not fit its own lengths',
    });
    await to.select(3);
    expect(await to.exists('bad one')).toBe(0);
    await to.flushall();
    await to.select(0);
    await fake.stop();
  });

  it('of the stream is named, and the next run makes a new copy, which it stops as well', async () => {
    const run = startRun(source.url, target.url, { until: 'stopped' });
    await run.reached('in-step');
    const dump = sealed(build.join(16, build.string(wrongBehind(build.listpack(items))), 10, 0, '12345678'));
    await from.restore('bad', 0, dump);
    const outcome = {
      code: 'VALUE_DAMAGED',
      message: expect.stringContaining('key bad of database 0') as string,
    };
    await expect(run.outcome).rejects.toMatchObject(outcome);
    const again = startRun(source.url, target.url, { until: 'stopped' });
    await expect(again.outcome).rejects.toMatchObject(outcome);
    await from.del('bad');
    const last = startRun(source.url, target.url, { until: 'stopped' });
    await last.reached('in-step');
    await from.set('mark', '1');
    await poll('the last write', async () => (await to.get('mark')) === '1');
    expect(last.told).toContainEqual(expect.stringMatching(/new full copy/));
    last.session.stop('now');
    await last.outcome;
    expect(await to.exists('bad')).toBe(0);
  });
});

describe('values of every kind with bytes that are others', () => {
  const dumps = new Map<string, Buffer>();

  beforeAll(async () => {
    await from.flushall();
    for (const key of (await loadFuzzed(from)).toSorted()) dumps.set(key, await from.dumpBuffer(key));
  });

  async function fuzz(checks: boolean, seed: number, rounds: number): Promise<FuzzTarget['outcome']> {
    const server = await FuzzTarget.start(checks);
    const random = randomOf(seed);
    try {
      for (const [key, dump] of dumps) await server.give(dump, key);
      expect(server.outcome.taken).toBe(dumps.size);
      for (let round = 0; round < rounds && (checks || server.outcome.deaths.length === 0); round++)
        for (const [key, dump] of dumps) await server.give(damaged(dump, random), `${key} in round ${round}`);
    } finally {
      await server.stop();
    }
    return server.outcome;
  }

  it('kill a server that does not look at them', async () => {
    expect((await fuzz(false, 1, 20)).deaths).not.toEqual([]);
  });

  it('do not kill it where they are looked at before', async () => {
    const { deaths, refusedHere, taken } = await fuzz(true, 1, 30);
    expect(deaths).toEqual([]);
    expect(refusedHere).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(50);
  });
});

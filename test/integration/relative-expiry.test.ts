/** Times to live of a source that sends how long remains, and not until when, across a stop of the task or of its engine. */
import type { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { RedisProcess } from '../support/redis-server.ts';
import { startRedis } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { EngineChild } from '../support/engine-child.ts';
import { poll, startRun, taskSpec } from '../support/sync-run.ts';
import { isPresent, missingServers, startVersion, versionNamed } from '../support/versions/servers.ts';
import { toldCopies } from '../support/told-copies.ts';

const OLDER = versionNamed('6.2');
const STOPPED_MS = 8000;
const TOLERANCE_MS = 100;

let servers: RedisProcess[] = [];
afterEach(() => Promise.all(servers.map((server) => server.stop())));

const ttls = (redis: Redis, keys: readonly string[]): Promise<number[]> =>
  Promise.all(keys.map((key) => redis.pttl(key)));

describe.skipIf(!isPresent(OLDER))(`a source of ${OLDER.name}${missingServers(OLDER)}`, () => {
  it('has the keys that it gave a time to live while the task was stopped read anew, and the others applied', async () => {
    const [source, target] = await Promise.all([startVersion(OLDER), startRedis()]);
    servers = [source, target];
    const [a, b] = [source.client(), target.client()];
    await a.set('lasting', '1');
    await startRun(source.url, target.url, {}).outcome;
    const keys = ['by-setex', 'by-set', 'by-expire', 'renamed'];
    await a.setex('by-setex', 1000, 'v');
    await a.set('by-set', 'v', 'PX', 700_000);
    await a.multi().incr('by-expire').expire('by-expire', 500).exec();
    await a.multi().setex('before', 300, 'v').rename('before', 'renamed').incr('lasting').exec();
    await pause(STOPPED_MS);

    const run = startRun(source.url, target.url, {});
    await run.outcome;
    const [here, there] = await Promise.all([ttls(a, keys), ttls(b, keys)]);
    keys.forEach((key, i) => expect(Math.abs(there[i]! - here[i]!), key).toBeLessThan(TOLERANCE_MS));
    expect(await b.get('lasting')).toBe('2');
    expect(run.told.join('\n')).toMatch(/were given a time to live, are brought to the source's state/);
    expect(toldCopies(run.told.join('\n'))).toEqual([]);
    await expectEqual(source, target);
  });

  it('has them read anew where the engine stood still meanwhile', async () => {
    const [source, target] = await Promise.all([startVersion(OLDER), startRedis()]);
    servers = [source, target];
    const [a, b] = [source.client(), target.client()];
    await a.set('lasting', '1');
    const engine = new EngineChild();
    try {
      await engine.until((event) => event.type === 'ready');
      engine.start(taskSpec(source.url, target.url, { until: 'stopped' }));
      await engine.untilPhase('in-step');
      process.kill(engine.pid, 'SIGSTOP');
      await a.setex('by-setex', 1000, 'v');
      await a.multi().set('by-expire', 'v').expire('by-expire', 500).incr('lasting').exec();
      await pause(STOPPED_MS);
      process.kill(engine.pid, 'SIGCONT');
      await poll('what was written is there', async () => (await b.get('lasting')) === '2');
      engine.stop();
      expect(await engine.exited).toBe(0);
    } finally {
      engine.kill();
    }
    const keys = ['by-setex', 'by-expire'];
    const [here, there] = await Promise.all([ttls(a, keys), ttls(b, keys)]);
    keys.forEach((key, i) => expect(Math.abs(there[i]! - here[i]!), key).toBeLessThan(TOLERANCE_MS));
    expect(JSON.stringify(engine.events)).toMatch(/2 keys .* were given a time to live, are brought/);
    await expectEqual(source, target);
  });
});

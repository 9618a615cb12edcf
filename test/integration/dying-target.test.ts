import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** A target whose process ends whenever it is given a certain key, and that is started again each time. */
let source: RedisProcess;
let target: RedisProcess;
let proxy: TcpProxy;
let from: Redis;
let to: Redis;
let run: SyncRun;
let deaths = 0;

beforeEach(async () => {
  const args = ['--appendonly', 'yes', '--appendfsync', 'always'];
  [source, target] = await Promise.all([startRedis(), startRedis({ args })]);
  proxy = await startTcpProxy(target.port);
  [from, to] = [source.client(), target.client()];
  deaths = 0;
});

afterEach(async () => {
  run.session.stop('now');
  await run.outcome.catch(() => undefined);
  await proxy.stop();
  await Promise.all([source.stop(), target.stop()]);
});

/** Lets the target die as soon as these bytes come, as often as `most`. */
function killedBy(bytes: string, most = Infinity): void {
  proxy.intercept = async (text, client) => {
    if (deaths >= most || !text.includes(bytes)) return true;
    deaths += 1;
    await target.kill();
    client.destroy();
    await target.restart();
    return false;
  };
}

const KEYS = 3000;

async function load(): Promise<void> {
  const pipeline = from.pipeline();
  for (let i = 0; i < KEYS; i++) pipeline.hset(`hash:${i}`, 'field', `${i}`);
  pipeline.hset('poison', 'a', '1');
  for (let i = 0; i < 5; i++)
    pipeline.rpush(`list:${i}`, ...Array.from({ length: 400 }, () => 'x'.repeat(1000)));
  await pipeline.exec();
}

const begin = (): void => {
  run = startRun(source.url, proxy.url, { until: 'stopped' });
};

describe('a full copy', () => {
  it('ends with the name of the key that the target has died of twice', async () => {
    await load();
    killedBy('\r\npoison\r\n');
    begin();
    await expect(run.outcome).rejects.toMatchObject({
      code: 'TARGET_CRASHES',
      message: expect.stringMatching(/given key poison of database 0$/),
    });
    expect(deaths).toBe(2);
  });

  it('ends with the name of a value that is built in parts', async () => {
    // Nothing that compresses, or it would come whole.
    await from.rpush('large', ...Array.from({ length: 400 }, () => randomBytes(1000)));
    await from.rpush('large', 'poison');
    await from.set('other', '1');
    killedBy('\r\npoison\r\n');
    begin();
    await expect(run.outcome).rejects.toMatchObject({
      code: 'TARGET_CRASHES',
      message: expect.stringMatching(/given key large of database 0$/),
    });
    expect(deaths).toBe(2);
  });

  it('goes on where the target died once, or of something else', async () => {
    await load();
    killedBy('\r\npoison\r\n', 1);
    begin();
    await run.reached('in-step');
    expect(deaths).toBe(1);
    expect(await to.exists('poison', 'list:4', `hash:${KEYS - 1}`)).toBe(3);
  });
});

describe('the stream', () => {
  it('ends with the command that the target has died of twice', async () => {
    begin();
    await run.reached('in-step');
    killedBy('\r\npoison\r\n');
    const pipeline = from.pipeline();
    for (let i = 0; i < 200; i++) pipeline.incr('counter');
    pipeline.hset('poison', 'a', '1');
    for (let i = 0; i < 200; i++) pipeline.incr('counter');
    await pipeline.exec();
    await expect(run.outcome).rejects.toMatchObject({
      code: 'TARGET_CRASHES',
      message: expect.stringMatching(/given hset poison$/),
    });
    expect(deaths).toBe(2);
    expect(await to.get('counter')).toBe('200');
  });

  it('goes on where the target died once', async () => {
    begin();
    await run.reached('in-step');
    killedBy('\r\npoison\r\n', 1);
    await from.multi().incr('counter').hset('poison', 'a', '1').incr('counter').exec();
    for (let i = 0; i < 100; i++) await from.incr('counter');
    await poll('the last write', async () => (await to.get('counter').catch(() => '')) === '102');
    expect(deaths).toBe(1);
  });

  it('sends but those commands one by one that it may have died of', async () => {
    begin();
    await run.reached('in-step');
    killedBy('\r\npoison\r\n', 1);
    await from.multi().incr('counter').hset('poison', 'a', '1').exec();
    await poll('the broken connection', () => run.faults.length > 0);
    const pipeline = from.pipeline();
    for (let i = 0; i < 2000; i++) pipeline.incr('counter');
    await pipeline.exec();
    await poll('the last write', async () => (await to.get('counter').catch(() => '')) === '2001');
    // Of this process, which has run nothing else.
    const batches = /cmdstat_exec:calls=(\d+)/.exec(await to.info('commandstats'))?.[1];
    expect(Number(batches)).toBeLessThan(200);
  });
});

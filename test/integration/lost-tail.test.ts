/** A run that was cut off in a batch, and a failover of the source that lost what the batch was made of. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';

const CHECKPOINT = 'lockstep:{tasks}:checkpoint:test';
let source: RedisProcess;
let replica: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(source.port)] });
});

afterAll(() => Promise.all([source, replica, target].map((server) => server?.stop())));

it('copies anew where something was applied that the promoted replica never had', async () => {
  const [a, b, t] = [source.client(), replica.client(), target.client()];
  await poll('the replica is there', async () => (await b.info('replication')).includes('link_status:up'));
  await a.set('key', 'both');
  await startRun(source.url, target.url, {}).outcome;
  await a.wait(1, 1000);
  await b.replicaof('NO', 'ONE');
  await b.set('other', 'x'.repeat(200));
  const reached = Number(/master_repl_offset:(\d+)/.exec(await b.info('replication'))?.[1]);
  const { offset, verified } = await t.hgetall(CHECKPOINT);
  expect([offset, reached > Number(offset)]).toEqual([verified, true]);
  // As a run leaves it that is killed while the answers to a batch are on their way; the replica takes over at the same address, and
  // by chance a command of its own ends where that batch did.
  const at = `127.0.0.1:${replica.port}`;
  await t.hset(CHECKPOINT, { offset: reached, handedOver: '', active: 1, source: at });
  await t.set('key', 'lost');
  await b.set('last', 1);
  const run = startRun(replica.url, target.url, {});
  expect(await run.outcome).toMatchObject({ fullCopies: 1 });
  expect(run.told.join('\n')).toMatch(/commands that the new primary of the source never had/);
  expect(await t.mget('key', 'other', 'last')).toEqual(['both', 'x'.repeat(200), '1']);
});

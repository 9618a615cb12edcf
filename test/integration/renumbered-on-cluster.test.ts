/** A database other than 0 of a source goes into that of a cluster. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { startWriter, type Writer } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { check, taskBetween } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

const INTO_0 = { databases: [3], databaseMap: [{ from: 3, into: 0 }] };

let source: RedisProcess;
let cluster: TestCluster;
let spoolDir: string;
let run: SyncRun | undefined;
let writer: Writer | undefined;

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-renumbered-'));
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'] }),
    startCluster(),
  ]);
});

afterEach(async () => {
  await writer?.stop().catch(() => undefined);
  writer = undefined;
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await Promise.all([source?.stop(), cluster?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

const start = (until: 'stopped' | 'caught-up' = 'stopped'): SyncRun =>
  (run = startRun(source.url, cluster.url, { spoolDir, until, ...INTO_0 }));

const applied = (commands: number): Promise<void> =>
  poll('changes have come', () => run!.session.sampler.metrics('in-step').applied.commands > commands);

async function expectEqual(): Promise<void> {
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(cluster.url),
    ...INTO_0,
  });
  expect(report.differences).toEqual([]);
  expect(report.equal).toBe(true);
  expect(report.databases).toMatchObject([{ db: 0, sourceDb: 3 }]);
  expect(report.databases[0]!.compared).toBeGreaterThan(0);
}

it('is copied and followed under writes of every kind, through a kill of the run, and equal', async () => {
  const client = source.client();
  await client.set('elsewhere', '1');
  writer = startWriter(localEndpoint(source.port), { ratePerSecond: 1500, databases: [3], seed: 5 });
  start();
  await run!.reached('in-step');
  await applied(500);
  // Keys are counted by a timer of their own.
  const counted = () => run!.session.sampler.metrics('in-step').databases;
  await poll('the keys are counted', () => counted().length > 0);
  expect(counted()).toMatchObject([{ db: 0, sourceDb: 3 }]);
  run!.session.stop('now');
  await run!.outcome;
  start();
  await run!.reached('in-step');
  await applied(500);
  await client.select(3);
  await client.mset('{tag}a', '1', 'other', '2');
  await client.copy('{tag}a', '{tag}b', 'DB', 3);
  await client.copy('{tag}a', 'somewhere', 'DB', 3, 'REPLACE');
  await client.copy('other', 'other', 'DB', 0);
  await client.move('other', 5);
  await writer.stop();
  writer = undefined;
  run!.session.stop('drain');
  expect(await run!.outcome).toMatchObject({ reason: 'stopped', fullCopies: 0 });
  await expectEqual();
  expect(await cluster.client.exists('elsewhere')).toBe(0);
});

it('has the true times in the end, also of keys whose slot was moved', async () => {
  const client = source.client();
  await client.select(3);
  // Of so many some arrive with a mark that says something else.
  for (let n = 0; n < 600; n++) await client.set(`{moved}${n}`, n, 'PX', 3_600_000 + n * 7);
  start();
  await run!.reached('in-step');
  const slot = keySlot(Buffer.from('moved'));
  const owner = await cluster.ownerOf(slot);
  await cluster.moveSlot(
    slot,
    cluster.members.find(({ id }) => id !== owner.id)!,
  );
  await client.set('last', '1');
  await poll('the last write', async () => (await cluster.client.get('last')) === '1');
  run!.session.stop('drain');
  await run!.outcome;
  await expectEqual();
});

it('is what the precheck asks for where one database is taken, and says of several', async () => {
  const client = source.client();
  await client.select(3);
  await client.set('key', '1');
  const look = (spec: Parameters<typeof taskBetween>[2]) =>
    check('database-numbers', taskBetween(source.url, cluster.url, spec));
  const alone = await look({ databases: [3] });
  expect(alone.status).toBe('failure');
  expect(alone.mends[0]!.text).toContain('--db 3:0');
  expect(await look(INTO_0)).toMatchObject({
    status: 'pass',
    found: expect.stringContaining('database 3 of the source goes into 0'),
  });
  const several = await look({ databases: [0, 3] });
  expect(several.found).toContain('database 3 of the source would have no place');
  expect(several.mends[0]!.text).toContain('Several in one are refused');
  await expect(startRun(source.url, cluster.url, { databases: [3] }).outcome).rejects.toMatchObject({
    code: 'TARGET_DATABASES',
  });
});

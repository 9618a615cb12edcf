/** Several databases on a cluster (Valkey 9 and later), from the folder that LOCKSTEP_TEST_SERVERS names. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { startWriter, type Writer } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { serverBinary, startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { missingServers, versionNamed } from '../support/versions/servers.ts';

const VERSION = 'valkey-9.1';
const binary = serverBinary(VERSION);
const DATABASES = [0, 1, 3];

describe.skipIf(!binary)(`several databases of a cluster${missingServers(versionNamed(VERSION))}`, () => {
  let source: RedisProcess;
  let cluster: TestCluster;
  let client: Redis;
  let spoolDir: string;
  let run: SyncRun | undefined;
  let writer: Writer | undefined;

  beforeEach(async () => {
    spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-databases-'));
    [source, cluster] = await Promise.all([
      startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'] }),
      startCluster({ binary: binary!, args: ['--cluster-databases', '4'] }),
    ]);
    client = source.client();
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

  const start = (spec: Partial<TaskSpec> = {}): SyncRun =>
    (run = startRun(source.url, cluster.url, { spoolDir, until: 'stopped', ...spec }));

  const applied = (commands: number): Promise<void> =>
    poll('changes have come', () => run!.session.sampler.metrics('in-step').applied.commands > commands);

  const write = (seed: number): Writer =>
    (writer = startWriter(localEndpoint(source.port), { ratePerSecond: 1000, databases: DATABASES, seed }));

  async function stopWriting(): Promise<void> {
    await writer?.stop();
    writer = undefined;
  }

  async function onTarget<T>(db: number, key: string, ask: (node: Redis) => Promise<T>): Promise<T> {
    const { client: node } = await cluster.ownerOf(keySlot(Buffer.from(key)));
    await node.select(db);
    return ask(node).finally(() => node.select(0));
  }

  const valueOf = (db: number, key: string): Promise<string | null> =>
    onTarget(db, key, (node) => node.get(key));

  async function expectEqual(databases = DATABASES): Promise<void> {
    const report = await compareServers({
      world: systemWorld,
      source: parseEndpoint(source.url),
      target: parseEndpoint(cluster.url),
    });
    expect(report.differences).toEqual([]);
    expect(report.databases.filter(({ compared }) => compared > 0).map(({ db }) => db)).toEqual(databases);
  }

  /** A drain waits for 10 s, and the machine may be busy. */
  async function expectDrained(fullCopies: number): Promise<void> {
    const wanted = Number(/master_repl_offset:(\d+)/.exec(await client.info('replication'))![1]);
    await poll('the target has it all', () => {
      const { offsets } = run!.session.sampler.metrics('in-step');
      return offsets.applied >= wanted;
    });
    run!.session.stop('drain');
    expect(await run!.outcome, run!.told.join('\n')).toMatchObject({ reason: 'stopped', fullCopies });
  }

  it('are copied and followed under writes of every kind, through a kill of the run', async () => {
    write(1);
    start();
    await run!.reached('in-step');
    await applied(1000);
    run!.session.stop('now');
    await run!.outcome;
    start();
    await run!.reached('in-step');
    await applied(1000);
    const counted = () => run!.session.sampler.metrics('in-step').databases;
    await poll('the keys are counted', () => counted().length === DATABASES.length);
    await stopWriting();
    await client.select(1);
    await client.mset('{tag}a', '1', 'other', '2', 'third', '3');
    // Within a slot, across slots, into another database, and both.
    await client.copy('{tag}a', '{tag}b', 'DB', 3);
    await client.copy('{tag}a', '{tag}c');
    await client.copy('{tag}a', 'somewhere');
    await client.copy('other', 'elsewhere', 'DB', 3);
    await client.copy('third', 'third', 'DB', 0);
    await client.move('other', 0);
    await client.rename('third', 'fourth');
    await client.sadd('s1', 'x', 'y');
    await client.sadd('s2', 'y', 'z');
    await client.sinterstore('s3', 's1', 's2');
    await client.rpush('list', 'b', 'c', 'a');
    await client.mset('w_a', 3, 'w_b', 1, 'w_c', 2);
    await client.call('SORT', 'list', 'BY', 'w_*', 'STORE', 'sorted');
    await client.set('late', '1', 'PX', 3_600_000);
    await expectDrained(0);
    await expectEqual();
    expect(await valueOf(3, 'elsewhere')).toBe('2');
    expect(await valueOf(0, 'other')).toBe('2');
    expect(await valueOf(3, '{tag}b')).toBe('1');
  });

  it('are flushed one by one, and all together', async () => {
    for (const db of DATABASES) {
      await client.select(db);
      for (let n = 0; n < 30; n++) await client.set(`k${n}`, db);
    }
    start({ onFlush: 'apply' });
    await run!.reached('in-step');
    await client.select(1);
    await client.flushdb();
    await client.set('behind', '1');
    await poll('the first flush has come', async () => (await valueOf(1, 'behind')) === '1');
    expect([await valueOf(1, 'k7'), await valueOf(3, 'k7'), await valueOf(0, 'k7')]).toEqual([
      null,
      '3',
      '0',
    ]);
    await client.flushall();
    await client.select(3);
    await client.set('k7', 'anew');
    await expectDrained(1);
    await expectEqual([3]);
    run = undefined;
    start();
    await run!.reached('in-step');
    await expectDrained(0);
  });

  it('of a task that takes some are flushed, and no others', async () => {
    for (const db of DATABASES) {
      await client.select(db);
      for (let n = 0; n < 30; n++) await client.set(`k${n}`, db);
    }
    await onTarget(0, 'k7', (node) => node.set('k7', 'its own'));
    start({ onFlush: 'apply', databases: [1, 3] });
    await run!.reached('in-step');
    await client.flushall();
    await client.set('k8', 'anew');
    await expectDrained(1);
    expect([await valueOf(0, 'k7'), await valueOf(1, 'k7'), await valueOf(3, 'k8')]).toEqual([
      'its own',
      null,
      'anew',
    ]);
  });

  it('keep what the target held, each of its own', async () => {
    for (const db of DATABASES) {
      await client.select(db);
      await client.set('both', `source ${db}`);
      await onTarget(db, 'both', (node) => node.set('both', 'old'));
      await onTarget(db, 'own', (node) => node.rpush('own', `own ${db}`));
      await onTarget(db, 'late', (node) => node.rpush('late', 'old'));
    }
    start({ existing: 'overwrite', onFlush: 'apply' });
    await run!.reached('in-step');
    // Only there does the source come to have it: the first command must not meet what stood there.
    await client.select(1);
    await client.rpush('late', 'new');
    await client.select(3);
    await client.rpush('far', 'new');
    run!.session.stop('now');
    await run!.outcome;
    // Another copy leaves them as they are, too.
    start({ existing: 'overwrite', onFlush: 'apply', copyAgain: 'again' });
    await run!.reached('in-step');
    await client.select(3);
    await client.rpush('late', 'newer');
    await expectDrained(1);
    const lists: string[][] = [];
    for (const db of DATABASES) lists.push(await onTarget(db, 'late', (node) => node.lrange('late', 0, -1)));
    expect(lists).toEqual([['old'], ['new'], ['newer']]);
    for (const db of DATABASES) {
      expect(await onTarget(db, 'own', (node) => node.lrange('own', 0, -1))).toEqual([`own ${db}`]);
      expect(await valueOf(db, 'both')).toBe(`source ${db}`);
    }
  });

  it('lose what a second copy does not bring, where the copy before brought it', async () => {
    for (const db of DATABASES) {
      await client.select(db);
      for (let n = 0; n < 50; n++) await client.set(`k${n}`, db);
    }
    start();
    await run!.reached('in-step');
    await expectDrained(1);
    await client.select(3);
    for (let n = 0; n < 20; n++) await client.del(`k${n}`);
    start({ copyAgain: 'again' });
    await run!.reached('in-step');
    await expectDrained(1);
    await expectEqual();
  });

  it('go on where slots of the target are moved under writes', async () => {
    write(2);
    start();
    await run!.reached('in-step');
    for (const slot of [100, 6000, 12_000]) {
      const from = await cluster.ownerOf(slot);
      const to = cluster.members.find(({ id }) => id !== from.id)!;
      await from.client.call('CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', slot, slot, 'NODE', to.id);
      await poll('the slot has moved', async () => (await cluster.ownerOf(slot)).id === to.id);
    }
    await applied(run!.session.sampler.metrics('in-step').applied.commands + 1000);
    await stopWriting();
    await expectDrained(1);
    await expectEqual();
  });

  it('are mended where a command of one fails', async () => {
    start();
    await run!.reached('in-step');
    await client.select(3);
    await client.rpush('list', 'a');
    await poll('it has come', () => onTarget(3, 'list', async (node) => (await node.llen('list')) === 1));
    await onTarget(3, 'list', (node) => node.set('list', 'another type'));
    // Over connections that outlast the line which is taken up anew now.
    await client.sadd('a', 'a of 3');
    await client.sadd('b', 'b of 3');
    await client.sunionstore('c', 'a', 'b');
    await client.rpush('list', 'b');
    await client.set('after', '1');
    await poll('the stream goes on', async () => (await valueOf(3, 'after')) === '1');
    await client.select(0);
    await client.sadd('a', 'a of 0');
    await client.sadd('b', 'b of 0');
    await client.sunionstore('c', 'a', 'b');
    await expectDrained(1);
    await expectEqual([0, 3]);
  });

  it('of which the target has too few are refused, and so is what has no form there', async () => {
    await client.select(5);
    await client.set('far', '1');
    await expect(start().outcome).rejects.toMatchObject({ code: 'TARGET_DATABASES' });
    await client.flushall();
    start();
    await run!.reached('in-step');
    await client.select(0);
    await client.swapdb(0, 1);
    await expect(run!.outcome).rejects.toMatchObject({
      code: 'COMMAND_UNSUPPORTED',
      message: expect.stringContaining('SWAPDB'),
    });
  });
});

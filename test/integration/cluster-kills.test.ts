/** The engine is killed at random moments while a cluster that it writes to is resharded under a writer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { Random } from '../../electron/headless/demo-data/random.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { EngineChild } from '../support/engine-child.ts';
import { rounds } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const NAMES = 200;
const LONGEST_MS = 2500;

const random = new Random(SEED);
let source: RedisProcess;
let cluster: TestCluster;
let spoolDir: string;

const spec = (until: TaskSpec['until']): TaskSpec => ({
  task: 'kills',
  source: localEndpoint(source.port),
  target: localEndpoint(cluster.members[0]!.server.port),
  databases: undefined,
  existing: 'fail',
  onFlush: 'stop',
  until,
  fullOnly: false,
  retryForMs: 60_000,
  spoolDir,
  spoolMaxBytes: 1024 ** 3,
  maxCommandsPerSecond: 0,
});

async function start(until: TaskSpec['until']): Promise<EngineChild> {
  const engine = new EngineChild();
  await engine.until((event) => event.type === 'ready');
  engine.start(spec(until));
  return engine;
}

beforeAll(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-kills-'));
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '64mb'] }),
    startCluster(),
  ]);
  // The copy is not what is tried here.
  const first = await start('caught-up');
  await first.until((event) => event.type === 'finished');
}, 60_000);

afterAll(async () => {
  await Promise.all([source?.stop(), cluster?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

/** Moves random slots, those of lanes' checkpoints among them, until it is told to stop. */
async function reshard(wanted: () => boolean): Promise<void> {
  while (wanted()) {
    const own = (
      await Promise.all(cluster.members.map(({ client }) => client.keys('lockstep:*:lane:*')))
    ).flat();
    const key = own[random.below(own.length)];
    const slot =
      key !== undefined && random.below(3) === 0
        ? Number(await cluster.members[0]!.client.call('CLUSTER', 'KEYSLOT', key))
        : random.below(16_384);
    const owner = await cluster.ownerOf(slot);
    const others = cluster.members.filter(({ id }) => id !== owner.id);
    await cluster.moveSlot(slot, others[random.below(others.length)]!);
    await sleep(random.below(300));
  }
}

/** What is not the same when it is run twice or not at all, without times to live, until it is told to stop. */
async function write(wanted: () => boolean): Promise<void> {
  const client = source.client();
  const name = (kind: string): string => `${kind}:${random.below(NAMES)}`;
  const commands: readonly (() => readonly (string | number)[])[] = [
    () => ['INCR', name('counter')],
    () => ['APPEND', name('text'), 'x'],
    () => ['RPUSH', name('queue'), random.below(1000)],
    () => ['LPOP', name('queue')],
    () => ['LMOVE', name('queue'), name('queue'), 'LEFT', 'RIGHT'],
    () => ['RENAME', name('text'), name('text')],
    () => ['SADD', name('set'), random.below(100)],
    () => ['SMOVE', name('set'), name('set'), random.below(100)],
    () => ['SUNIONSTORE', name('union'), name('set'), name('set')],
    () => ['MSET', name('plain'), random.below(1000), name('plain'), random.below(1000)],
  ];
  while (wanted()) {
    const batch = client.pipeline();
    for (let n = 0; n < 20; n++) {
      const [command, ...args] = commands[random.below(commands.length)]!();
      batch.call(String(command), ...args);
    }
    // RENAME of what is not there is refused.
    await batch.exec();
    await sleep(5);
  }
}

const fullCopies = async (): Promise<number> =>
  Number(/sync_full:(\d+)/.exec(await source.client().info('stats'))![1]);

test.each(rounds(1, 8))(`kill %i (seed ${SEED})`, { timeout: 90_000 }, async () => {
  let going = true;
  const wanted = (): boolean => going;
  const writing = write(wanted);
  const engine = await start('stopped');
  const moving = reshard(wanted);
  await sleep(500 + random.below(LONGEST_MS));
  engine.kill();
  await sleep(random.below(500));
  going = false;
  await Promise.all([moving, writing]);
  const last = await start('caught-up');
  await last.until((event) => event.type === 'finished');
  const report = await compareServers({
    world: systemWorld,
    source: localEndpoint(source.port),
    target: localEndpoint(cluster.members[0]!.server.port),
  });
  expect(report.differences).toEqual([]);
  expect(report.databases[0]!.compared).toBeGreaterThan(NAMES);
  // The lanes say where to go on.
  expect(await fullCopies()).toBe(1);
});

/** The engine is killed at random moments of its beginning, its copy and its stream, onto a cluster that holds keys of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { Random } from '../../electron/headless/demo-data/random.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { EngineChild } from '../support/engine-child.ts';
import { rounds } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { contentOf, fillOwn, keysOf } from '../support/target/own-content.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const KILLS = 3;
const NAMES = 150;
const LONGEST_MS = 900;

const random = new Random(SEED);
const KINDS = ['counter', 'text', 'queue', 'set', 'plain', 'none'];
/** The source uses most of these names sooner or later, and those of the last kind never. */
const OWN = KINDS.flatMap((kind) => Array.from({ length: NAMES }, (_, n) => `${kind}:${n}`));
let source: RedisProcess;
let cluster: TestCluster;
let spoolDir: string;

const spec = (until: TaskSpec['until']): TaskSpec => ({
  task: 'kills',
  source: localEndpoint(source.port),
  target: localEndpoint(cluster.members[0]!.server.port),
  databases: [0],
  existing: 'overwrite',
  onFlush: 'stop',
  until,
  fullOnly: false,
  retryForMs: 60_000,
  spoolDir,
  spoolMaxBytes: 1024 ** 3,
  maxCommandsPerSecond: 0,
  allowShrinkPercent: 100,
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
}, 60_000);

afterAll(async () => {
  await Promise.all([source?.stop(), cluster?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

/** What is not the same when it is run twice or not at all, until it is told to stop. */
async function write(wanted: () => boolean, used: Set<string>): Promise<void> {
  const client = source.client();
  const name = (kind: string): string => {
    const one = `${kind}:${random.below(NAMES)}`;
    used.add(one);
    return one;
  };
  const commands: readonly (() => readonly (string | number)[])[] = [
    () => ['INCR', name('counter')],
    () => ['APPEND', name('text'), 'x'],
    () => ['RPUSH', name('queue'), random.below(1000)],
    () => ['LMOVE', name('queue'), name('queue'), 'LEFT', 'RIGHT'],
    () => ['RENAME', name('text'), name('text')],
    () => ['SADD', name('set'), random.below(100)],
    () => ['SUNIONSTORE', name('set'), name('set'), name('set')],
    () => ['MSET', name('plain'), random.below(1000), name('plain'), random.below(1000)],
    () => ['DEL', name('plain'), name('queue')],
  ];
  while (wanted()) {
    const batch = client.pipeline();
    for (let n = 0; n < 3; n++) {
      const [command, ...args] = commands[random.below(commands.length)]!();
      batch.call(String(command), ...args);
    }
    // RENAME of what is not there is refused.
    await batch.exec();
    await sleep(10);
  }
}

test.each(rounds(1, 4))(`round %i of kills (seed ${SEED})`, { timeout: 90_000 }, async () => {
  const nodes = cluster.members.map(({ client }) => client);
  await Promise.all([source.client(), ...nodes].map((one) => one.flushall()));
  await fillOwn(cluster.client, OWN);
  const before = await contentOf(cluster.client, OWN);
  const used = new Set<string>();
  let going = true;
  const writing = write(() => going, used);
  for (let kill = 0; kill < KILLS; kill++) {
    const engine = await start('stopped');
    await sleep(random.below(LONGEST_MS));
    engine.kill();
  }
  going = false;
  await writing;
  const last = await start('caught-up');
  await last.until((event) => event.type === 'finished');

  const theirs = await keysOf([source.client()]);
  const held = await contentOf(cluster.client, [...new Set([...theirs, ...OWN])]);
  for (const [key, { type, value }] of await contentOf(source.client(), theirs))
    expect(held.get(key), key).toMatchObject({ type, value });
  for (const key of OWN) {
    if (!used.has(key)) expect(held.get(key), key).toEqual(before.get(key));
    // The source may have removed it before anybody saw that it used the name.
    else if (!theirs.includes(key)) expect([before.get(key)!.type, 'none']).toContain(held.get(key)!.type);
  }
  expect((await keysOf(nodes)).filter((key) => !theirs.includes(key) && !OWN.includes(key))).toEqual([]);
  // Of the names that earlier attempts have noted nothing is left.
  const ids = (await Promise.all(nodes.map((node) => node.keys('lockstep:{*}:kept:*')))).flat();
  expect(new Set(ids.map((set) => set.split(':')[3])).size).toBe(1);
});

/** From a cluster onto a target that holds keys of its own: these stay, whatever becomes of the parts of the task. */
import type { Cluster, Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { Random } from '../../electron/headless/demo-data/random.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { ClusterSourceBench, type TargetKind } from '../support/cluster-source/bench.ts';
import { compareDigests } from '../support/cluster-source/digests.ts';
import type { EngineChild } from '../support/engine-child.ts';
import { eventually } from '../support/eventually.ts';
import { atNight, byDay, rounds } from '../support/nightly.ts';
import { contentOf, fillOwn, type HeldValue } from '../support/target/own-content.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const KINDS: readonly TargetKind[] = ['one server', 'a cluster of 2 shards'];
const KILLS = rounds(1, 4).length;
const SOURCE = { primaries: 4, spare: 1 } as const;

let bench: ClusterSourceBench;
let engine: EngineChild;
/** Of the target, before the task. */
let before: ReadonlyMap<string, HeldValue>;

afterEach(() => bench?.close());

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}:${i}`);
const OWN = numbered('own', 150);
const BOTH = numbered('both', 30);
const LATE = numbered('late', 60);

const targetClient = (): Redis | Cluster =>
  'members' in bench.target ? bench.target.client : bench.target.client();

async function open(target: TargetKind): Promise<void> {
  bench = await ClusterSourceBench.open({ target, source: SOURCE });
  const client = targetClient();
  await fillOwn(client, [...OWN, ...LATE, ...BOTH]);
  await client.set('counter', 'no number');
  before = await contentOf(client, [...OWN, ...LATE]);
  for (const key of BOTH) await bench.source.client.hset(key, 'new', 1);
}

const overwrite = (more: Partial<TaskSpec> = {}): TaskSpec => bench.spec({ existing: 'overwrite', ...more });

/** The names of the tool's own keys on the target. */
async function toolKeys(): Promise<string[]> {
  const found = await Promise.all((await bench.targetPrimaries()).map((client) => client.keys('lockstep:*')));
  return found.flat();
}

async function failsWith(spec: TaskSpec): Promise<string> {
  const run = await bench.start(spec);
  const last = await run.until((event) => event.type === 'failed');
  await run.exited;
  return last.type === 'failed' ? last.code : '';
}

/** Own keys that the source never used are as they were, all else is as the source has it. `gone`: own keys that were flushed. */
async function expectOwnAndSource(used: readonly string[] = [], gone: readonly string[] = []): Promise<void> {
  await bench.stopWriting();
  await bench.end(engine);
  const own = [...before.keys()].filter((key) => !used.includes(key) && !gone.includes(key));
  const client = targetClient();
  const held = await contentOf(client, own);
  for (const key of own) expect(held.get(key), key).toEqual(before.get(key));
  for (const key of gone) expect(await client.exists(key), key).toBe(0);
  const primaries = bench.source.members.map((member) => member.client);
  const roles = await Promise.all(primaries.map((one) => one.role()));
  const { different, keys } = await compareDigests(
    primaries.filter((_, i) => roles[i]![0] === 'master'),
    await bench.targetPrimaries(),
  );
  expect(different.filter((told) => !own.some((key) => told.startsWith(`${key}: `)))).toEqual([]);
  expect(keys).toBeGreaterThan(0);
}

describe.each(byDay(1, KINDS))('from a cluster to %s with keys of its own', (target) => {
  it('they stay, through kills, slots that move, a shard that is added and a copy that is repeated', async () => {
    const random = new Random(SEED);
    await open(target);
    expect(await failsWith(bench.spec())).toBe('TARGET_NOT_EMPTY');
    expect(await toolKeys()).toEqual([]);
    // The very cluster that is copied is refused before anything is noted there.
    const sources = bench.source.members;
    const ontoItself = overwrite({ target: bench.spec({}, sources[1]).source });
    expect(await failsWith(ontoItself)).toBe('SOURCE_IS_TARGET');
    for (const { client } of sources) expect(await client.keys('lockstep:*')).toEqual([]);
    await bench.write(SEED);
    for (let kill = 0; kill < KILLS; kill++) {
      engine = await bench.start(overwrite());
      await sleep(random.below(900));
      engine.kill();
      await engine.exited;
    }
    engine = await bench.follow(overwrite());
    const from = bench.source.client;
    await from.incr('counter');
    for (const key of LATE.slice(0, 30)) await from.rpush(key, 'new');
    const added = bench.source.members[3]!;
    const slots = [...OWN.slice(0, 40), ...LATE.slice(20, 40)].map((key) => keySlot(Buffer.from(key)));
    await bench.source.moveSlots(
      [...new Set(slots)].filter((slot) => slot <= 5460),
      added,
    );
    await eventually('the new shard is followed, in step', () => {
      const failed = engine.events.find(({ type }) => type === 'failed');
      if (failed) throw new Error(JSON.stringify(failed));
      return engine.metrics?.feeds?.length === 4 && engine.metrics.phase === 'in-step';
    });
    for (const key of LATE.slice(30, 40)) await from.rpush(key, 'new');
    await bench.applied(engine, 100);
    await bench.end(engine);
    await from.del(...LATE.slice(0, 1));
    engine = await bench.follow(overwrite({ copyAgain: 'once-more' }));
    await bench.applied(engine, 100);
    await expectOwnAndSource(LATE.slice(0, 40));
    const client = targetClient();
    expect(await client.get('counter')).toBe('1');
    expect(await client.lrange('late:1', 0, -1)).toEqual(['new']);
    expect(await client.exists('late:0')).toBe(0);
  });

  atNight('a shard that is flushed takes them along in its slots alone, and with consent alone', async () => {
    await open(target);
    await bench.write(SEED, [700, 13_500]);
    engine = await bench.follow(overwrite());
    await bench.applied(engine, 50);
    await bench.source.members[1]!.client.flushall();
    const end = await engine.until((event) => event.type === 'failed');
    expect(end).toMatchObject({ code: 'FLUSH_NEEDS_CONSENT' });
    await engine.exited;
    engine = await bench.follow(overwrite({ onFlush: 'apply' }));
    await bench.applied(engine, 50);
    const inShard = [...before.keys()].filter((key) => {
      const slot = keySlot(Buffer.from(key));
      return slot > 5460 && slot < 10_922;
    });
    expect(inShard.length).toBeGreaterThan(40);
    await expectOwnAndSource([], inShard);
  });

  atNight('a run that comes to nothing leaves no names behind', async () => {
    await open(target);
    const forbid = (...rules: string[]): Promise<unknown> =>
      Promise.all(
        bench.source.members.map(({ client }) => client.call('ACL', 'SETUSER', 'default', ...rules)),
      );
    // Refused once the names are noted, and before anything is copied.
    await forbid('-psync', '-sync');
    expect(await failsWith(overwrite())).toBe('SOURCE_NO_PERMISSION');
    await forbid('+psync', '+sync');
    expect(await toolKeys()).toEqual([]);
    expect(await contentOf(targetClient(), [...before.keys()])).toEqual(before);
  });
});

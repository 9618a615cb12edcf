/** From a cluster to one server, and to a cluster of another layout, under a writer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { slotTag } from '../../electron/engine/router/slot-tag.ts';
import { ClusterSourceBench, type TargetKind } from '../support/cluster-source/bench.ts';
import type { EngineChild } from '../support/engine-child.ts';
import { eventually } from '../support/eventually.ts';
import { atNight, byDay } from '../support/nightly.ts';

let bench: ClusterSourceBench;
let engine: EngineChild;

const shardOf = (key: string): number =>
  [5461, 10_922, 16_384].findIndex((end) => keySlot(Buffer.from(key)) < end);
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}:${n}`);

/** What the target says of its own keys, without keys that stand for lanes. */
const ownKeys = async (): Promise<string[]> => {
  const found = await Promise.all((await bench.targetPrimaries()).map((client) => client.keys('lockstep:*')));
  return found
    .flat()
    .filter((name) => !name.includes(':lane:'))
    .toSorted();
};

/** Keys of the target that are not the tool's own. */
const keysThere = async (pattern: string): Promise<string[]> => {
  const found = await Promise.all((await bench.targetPrimaries()).map((client) => client.keys(pattern)));
  return found.flat().toSorted();
};

const KINDS: readonly TargetKind[] = ['a cluster of 2 shards', 'one server'];

describe.each(byDay(1, KINDS))('from a cluster to %s', (target) => {
  beforeEach(async () => {
    bench = await ClusterSourceBench.open({ target });
  });
  afterEach(() => bench?.close());

  it('copies, follows writes of every kind, and ends equal', async () => {
    await Promise.all(names('before', 1500).map((name) => bench.source.client.set(name, name)));
    await bench.write();
    engine = await bench.follow();
    await bench.applied(engine, 2000);
    const { feeds = [] } = engine.metrics!;
    expect(feeds.map(({ slots }) => slots).toSorted()).toEqual(
      ['0-5460', '10922-16383', '5461-10921'].toSorted(),
    );
    for (const feed of feeds) {
      expect(feed.offsets.applied).toBeGreaterThan(0);
      expect(feed.keysDone).toBeGreaterThan(0);
    }
    expect(engine.metrics!.applied.commands).toBe(
      feeds.reduce((sum, feed) => sum + feed.applied.commands, 0),
    );
    // Each node of the target is told once, whatever parts write to it.
    const nodes = target === 'one server' ? undefined : ['0-8191', '8192-16383'];
    expect(engine.metrics!.lanes?.map(({ slots }) => slots)).toEqual(nodes);
    const outcome = await bench.expectEqual(engine, { fullCopies: 1 });
    expect(outcome.feeds).toHaveLength(3);
    // Of the tool's own there is nothing but what a later run goes on from.
    expect(await ownKeys()).toEqual([
      'lockstep:{tasks}',
      ...[1, 2, 3].map((number) => `lockstep:{tasks}:checkpoint:orders ${number}`),
    ]);
  });

  it('goes on where it was after a stop, by way of another node, without a full copy', async () => {
    await bench.write();
    engine = await bench.follow();
    await bench.applied(engine);
    const before = await bench.fullSyncs();
    await bench.end(engine);
    await sleep(300);
    for (const how of ['drain', 'now'] as const) {
      engine = await bench.follow(bench.spec({}, bench.source.members[1]));
      await bench.applied(engine);
      if (how === 'now') {
        engine.send({ type: 'stop', how });
        await engine.exited;
      } else expect(await bench.end(engine)).toMatchObject({ fullCopies: 0 });
    }
    engine = await bench.follow();
    await bench.applied(engine);
    await bench.expectEqual(engine, { fullCopies: 0 });
    expect(await bench.fullSyncs()).toBe(before);
  });
});

describe.each(byDay(1, KINDS))('from a cluster to %s', (target) => {
  beforeEach(async () => {
    bench = await ClusterSourceBench.open({ target });
  });
  afterEach(() => bench?.close());

  it('empties the slots of a shard that was flushed, and no others', async () => {
    const kept = names('k', 300).filter((name) => shardOf(name) !== 1);
    await Promise.all(names('k', 300).map((name) => bench.source.client.set(name, name)));
    await bench.write(3, [0, 700, 13_500]);
    engine = await bench.follow();
    const flushed = bench.source.members[1]!.client;
    await flushed.flushall();
    await flushed.set(`{${slotTag(8000)}}after`, 1);
    await eventually(
      'the keys of that shard are gone',
      async () => (await keysThere('k:*')).length === kept.length,
    );
    expect(await keysThere('k:*')).toEqual(kept.toSorted());
    await flushed
      .multi()
      .set(`{${slotTag(8000)}}a`, 1)
      .flushdb()
      .set(`{${slotTag(8000)}}b`, 1)
      .exec();
    await bench.applied(engine, 100);
    await bench.expectEqual(engine);
    expect(await keysThere(`{${slotTag(8000)}}*`)).toEqual([`{${slotTag(8000)}}b`]);
    expect(await keysThere('k:*')).toEqual(kept.toSorted());
  });

  it('brings function libraries, which are on every shard', async () => {
    const onAll = (...words: readonly [string, ...string[]]): Promise<unknown> =>
      Promise.all(bench.source.members.map(({ client }) => client.call(...words)));
    const library = (name: string, value: number): string =>
      `#!lua name=${name}\nredis.register_function('${name}_f', function() return ${value} end)`;
    await onAll('FUNCTION', 'LOAD', library('first', 1));
    engine = await bench.follow();
    await onAll('FUNCTION', 'LOAD', library('second', 2));
    await onAll('FUNCTION', 'LOAD', 'REPLACE', library('first', 3));
    await onAll('FUNCTION', 'LOAD', library('third', 4));
    await onAll('FUNCTION', 'DELETE', 'third');
    await bench.source.client.set('a key', 1);
    await bench.expectEqual(engine);
    for (const client of await bench.targetPrimaries()) {
      const list = JSON.stringify(await client.call('FUNCTION', 'LIST'));
      expect([list.includes('second'), list.includes('third')]).toEqual([true, false]);
      expect(await client.call('FCALL', 'first_f', '0')).toBe(3);
    }
  });

  it('lets keys expire when the source does, and leaves exact times behind', async () => {
    const from = bench.source.client;
    await Promise.all(names('copied', 60).map((name) => from.set(name, 1, 'EX', 500)));
    engine = await bench.follow();
    await Promise.all(names('short', 60).map((name) => from.set(name, 1, 'PX', 1500)));
    await Promise.all(names('long', 60).map((name) => from.set(name, 1, 'EX', 1000)));
    await Promise.all(names('copied', 30).map((name) => from.persist(name)));
    await eventually('they have come', async () => (await keysThere('long:*')).length === 60);
    await eventually('the short ones are gone', async () => (await keysThere('short:*')).length === 0);
    await bench.expectEqual(engine);
    expect(await keysThere('copied:*')).toHaveLength(60);
  });
});

describe('from a cluster', () => {
  beforeEach(async () => {
    bench = await ClusterSourceBench.open({ target: 'one server' });
  });
  afterEach(() => bench?.close());

  it('makes one full copy of all shards where that is all that is wanted', async () => {
    await Promise.all(names('k', 600).map((name) => bench.source.client.set(name, name)));
    engine = await bench.start(bench.spec({ fullOnly: true, until: 'caught-up' }));
    const end = await engine.until((event) => event.type === 'finished');
    expect(end).toMatchObject({ outcome: { reason: 'full-copy', keysCopied: 600 } });
    await bench.expectSame();
  });

  it('ends by itself once all shards have caught up', async () => {
    await Promise.all(names('k', 300).map((name) => bench.source.client.set(name, name)));
    engine = await bench.start(bench.spec({ until: 'caught-up' }));
    expect(await engine.until((event) => event.type === 'finished')).toMatchObject({
      outcome: { reason: 'caught-up', resumable: true },
    });
    await bench.expectSame();
  });

  atNight('is paused and goes on', async () => {
    const writer = await bench.write();
    engine = await bench.follow();
    engine.send({ type: 'pause' });
    await engine.untilPhase('paused');
    const at = engine.metrics!.applied.commands;
    await writer.wrote(1500);
    await sleep(1500);
    expect(engine.metrics!.phase).toBe('paused');
    expect(engine.metrics!.applied.commands - at).toBeLessThan(200);
    engine.send({ type: 'resume' });
    await engine.untilPhase('in-step');
    await bench.expectEqual(engine, { fullCopies: 1 });
  });

  it('refuses a target that holds keys', async () => {
    const [first] = await bench.targetPrimaries();
    const standing = `{${slotTag(1)}}standing`;
    await first!.set(standing, 'mine');
    engine = await bench.start();
    const end = await engine.until(({ type }) => type === 'failed' || type === 'finished');
    expect(end).toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(await first!.get(standing)).toBe('mine');
    expect(await ownKeys()).toEqual([]);
  });
});

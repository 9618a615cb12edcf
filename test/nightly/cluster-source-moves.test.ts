/** From a cluster whose slots move under a writer, while the task runs and while it does not. */
import { afterEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../electron/headless/demo-data/random.ts';
import { ClusterSourceBench, WRITTEN_SLOTS, type TargetKind } from '../support/cluster-source/bench.ts';
import type { EngineChild } from '../support/engine-child.ts';
import { eventually } from '../support/eventually.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const KILLS = 3;

let bench: ClusterSourceBench;
let engine: EngineChild;

afterEach(() => bench?.close());

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

const feedOf = (port: number): string | undefined =>
  engine.metrics?.feeds?.find(({ at }) => at.endsWith(`:${port}`))?.slots;

/** Resolves once each shard of the source, as it is now, is followed with all of its slots, in step. */
const settled = (): Promise<void> =>
  eventually(
    'every slot is brought, in step',
    async () => {
      const failed = engine.events.find(({ type }) => type === 'failed');
      if (failed) throw new Error(JSON.stringify(failed));
      const shards = await bench.source.shards();
      return (
        engine.metrics?.phase === 'in-step' &&
        engine.metrics.feeds?.length === shards.size &&
        [...shards].every(([port, slots]) => feedOf(port) === slots)
      );
    },
    60_000,
  );

describe.each<TargetKind>(['one server', 'a cluster of 2 shards'])('to %s', (target) => {
  it('slots with keys under write move to another shard', async () => {
    bench = await ClusterSourceBench.open({ target });
    await bench.write(11);
    engine = await bench.follow();
    await bench.applied(engine);
    const [first, second, third] = bench.source.members;
    for (const slot of [0, 700, 2900]) await bench.source.moveSlot(slot, second!);
    await bench.source.moveSlot(5460, third!);
    await bench.source.moveSlot(16_383, first!);
    await settled();
    await bench.applied(engine);
    await bench.expectEqual(engine);
  });

  it('what has moved right before a stop is brought by the next run at the latest, without a full copy', async () => {
    bench = await ClusterSourceBench.open({ target });
    await bench.write(16);
    engine = await bench.follow();
    await bench.applied(engine);
    const copies = await bench.fullSyncs();
    for (const to of [2, 1, 0]) {
      await bench.source.moveSlot(700, bench.source.members[to]!);
      await bench.end(engine);
      engine = await bench.follow();
    }
    await settled();
    await bench.expectEqual(engine);
    expect(await bench.fullSyncs()).toBe(copies);
  });

  it('slots move while no run works', async () => {
    bench = await ClusterSourceBench.open({ target });
    await bench.write(12);
    engine = await bench.follow();
    await bench.applied(engine);
    await bench.end(engine);
    const copies = await bench.fullSyncs();
    for (const slot of [700, 5460]) await bench.source.moveSlot(slot, bench.source.members[2]!);
    engine = await bench.follow();
    await settled();
    await bench.applied(engine);
    await bench.expectEqual(engine);
    // What has come is read from the shard that has it, while the streams go on.
    expect(await bench.fullSyncs()).toBe(copies);
  });

  it('a shard is added, and one is removed', async () => {
    bench = await ClusterSourceBench.open({ target, source: { primaries: 4, spare: 1 } });
    await bench.write(13);
    engine = await bench.follow();
    await bench.applied(engine);
    const added = bench.source.members[3];
    await bench.source.moveSlots([...range(0, 60), ...range(690, 710)], added!);
    await settled();
    await bench.applied(engine);
    // All that the second has goes to the new one.
    for (let from = 5461; from <= 10_921; from += 600)
      await bench.source.moveSlots(range(from, Math.min(from + 599, 10_921)), added!);
    await settled();
    await bench.applied(engine);
    await bench.expectEqual(engine);
    const [home] = await bench.targetPrimaries();
    const parts = (await home!.keys('lockstep:{tasks}:checkpoint:*')).toSorted();
    if (target === 'one server') expect(parts).toHaveLength(3);
  });

  it('a move is begun, broken off and taken back', async () => {
    bench = await ClusterSourceBench.open({ target });
    await bench.write(14);
    engine = await bench.follow();
    await bench.applied(engine);
    const [first, second] = bench.source.members;
    await bench.source.openMove(700, second!);
    await bench.source.carry(700, second!, 40);
    await bench.applied(engine);
    // Back, as redis-cli does where a reshard was broken off: what has gone comes back.
    await bench.stopWriting();
    await first!.client.call('CLUSTER', 'SETSLOT', 700, 'STABLE');
    for (;;) {
      const gone = (await second!.client.callBuffer('CLUSTER', 'GETKEYSINSLOT', 700, 100)) as Buffer[];
      if (gone.length === 0) break;
      await second!.client.call(
        'MIGRATE',
        ...['127.0.0.1', first!.server.port, '', 0, 5000, 'REPLACE', 'KEYS', ...gone],
      );
    }
    await second!.client.call('CLUSTER', 'SETSLOT', 700, 'STABLE');
    await bench.write(15);
    await bench.applied(engine);
    await settled();
    await bench.expectEqual(engine);
  });

  it(`the engine is killed at random moments while slots move (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    bench = await ClusterSourceBench.open({ target });
    await bench.write(SEED);
    engine = await bench.follow();
    let going = true;
    const moving = (async () => {
      while (going) {
        const slot = random.pick(WRITTEN_SLOTS);
        const owner = await bench.source.ownerOf(slot);
        const others = bench.source.members.filter(({ id }) => id !== owner.id);
        await bench.source.moveSlot(slot, random.pick(others));
        await sleep(random.below(1500));
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(500 + random.below(3500));
      engine.kill();
      await engine.exited;
      engine = await bench.start();
    }
    await sleep(random.below(2000));
    going = false;
    await moving;
    await settled();
    await bench.expectEqual(engine);
  });
});

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

/** Which slots the feeds bring together, as a number: all of them when nothing is unsettled. */
const slotsFed = (): number =>
  (engine.metrics?.feeds ?? [])
    .flatMap(({ slots }) => (slots === '-' ? [] : slots.split(',')))
    .reduce((sum, text) => {
      const [first, last = first] = text.split('-').map(Number);
      return sum + last! - first! + 1;
    }, 0);

const feedOf = (port: number): string | undefined =>
  engine.metrics?.feeds?.find(({ at }) => at.endsWith(`:${port}`))?.slots;

const settled = (): Promise<void> =>
  eventually(
    'every slot is brought, in step',
    () => {
      const failed = engine.events.find(({ type }) => type === 'failed');
      if (failed) throw new Error(JSON.stringify(failed));
      return slotsFed() === 16_384 && engine.metrics!.phase === 'in-step';
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
    await eventually(
      'the new division is followed',
      () => feedOf(second!.server.port)?.includes('2900') === true,
    );
    await settled();
    await bench.applied(engine);
    await bench.expectEqual(engine);
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
    // Of the shard that has got slots alone.
    expect((await bench.fullSyncs()) - copies).toBe(1);
  });

  it('a shard is added, and one is removed', async () => {
    bench = await ClusterSourceBench.open({ target, source: { primaries: 4, spare: 1 } });
    await bench.write(13);
    engine = await bench.follow();
    await bench.applied(engine);
    const [, second, , added] = bench.source.members;
    await bench.source.moveSlots([...range(0, 60), ...range(690, 710)], added!);
    await eventually(
      'the new shard is followed',
      () => feedOf(added!.server.port)?.startsWith('0-60') === true,
    );
    await settled();
    await bench.applied(engine);
    // All that the second has goes to the new one.
    for (let from = 5461; from <= 10_921; from += 600)
      await bench.source.moveSlots(range(from, Math.min(from + 599, 10_921)), added!);
    await eventually('the old shard is followed no longer', () => feedOf(second!.server.port) === undefined);
    await settled();
    await bench.applied(engine);
    await bench.expectEqual(engine);
    const [home] = await bench.targetPrimaries();
    expect(home).toBeDefined();
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
    for (;;) {
      const gone = (await second!.client.callBuffer('CLUSTER', 'GETKEYSINSLOT', 700, 100)) as Buffer[];
      if (gone.length === 0) break;
      await second!.client.call(
        'MIGRATE',
        ...['127.0.0.1', first!.server.port, '', 0, 5000, 'REPLACE', 'KEYS', ...gone],
      );
    }
    await first!.client.call('CLUSTER', 'SETSLOT', 700, 'STABLE');
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

/** A target that goes back to a save of its own, in which a part stands that was taken off since: its shard is gone from the source. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { ClusterSourceBench } from '../support/cluster-source/bench.ts';
import { eventually } from '../support/eventually.ts';
import type { EngineChild } from '../support/engine-child.ts';
import type { RedisProcess } from '../support/redis-server.ts';

const FIRST_OF_SECOND = 5461;
const LAST_OF_SECOND = 10_921;
const AT_ONCE = 600;
const PARTS = 'lockstep:{tasks}:checkpoint:*';

let bench: ClusterSourceBench;

afterEach(() => bench?.close());

const isOfSecond = (key: string): boolean => {
  const slot = keySlot(Buffer.from(key));
  return slot >= FIRST_OF_SECOND && slot <= LAST_OF_SECOND;
};

/** All slots of the second shard go to another one, or back. */
async function give(to: number): Promise<void> {
  for (let from = FIRST_OF_SECOND; from <= LAST_OF_SECOND; from += AT_ONCE) {
    const last = Math.min(from + AT_ONCE - 1, LAST_OF_SECOND);
    const slots = Array.from({ length: last - from + 1 }, (_, n) => from + n);
    await bench.source.moveSlots(slots, bench.source.members[to]!);
  }
}

it.each(['while the run goes on', 'while no run works'])(
  'what a part says that came back is not believed, %s',
  async (when) => {
    bench = await ClusterSourceBench.open({ target: 'one server', source: { primaries: 3, spare: 0 } });
    const target = bench.target as RedisProcess;
    const client = target.client();
    const partsAre = (count: number): Promise<void> =>
      eventually(
        `${count} parts stand on the target`,
        async () => (await client.keys(PARTS)).length === count,
        60_000,
      );
    await bench.write(31);
    let engine: EngineChild = await bench.follow();
    await bench.applied(engine);
    const once = Array.from({ length: 300 }, (_, n) => `once:${n}`).filter((key) => isOfSecond(key));
    for (const key of once) await bench.source.members[1]!.client.set(key, 'x');
    await eventually('they are on the target', async () => (await client.exists(...once)) === once.length);
    await client.save();
    const dump = path.join(target.dir, 'dump.rdb');
    await copyFile(dump, `${dump}.kept`);
    await give(0);
    await partsAre(2);
    await engine.untilPhase('in-step');
    // Stands in the save, in slots that the part had which comes back.
    await bench.stopWriting();
    await Promise.all(once.map((key) => bench.source.members[0]!.client.del(key)));
    await bench.write(32);
    await bench.applied(engine);

    if (when === 'while no run works') await bench.end(engine);
    await target.kill();
    await copyFile(`${dump}.kept`, dump);
    await target.restart();
    if (when === 'while no run works') engine = await bench.follow();
    await bench.applied(engine);
    if (when === 'while the run goes on') await bench.applied(engine, 3000);
    await bench.expectEqual(engine);
    expect(await client.exists(...once)).toBe(0);
  },
);

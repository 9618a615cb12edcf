/** Slots of a source that are carried in one step (Valkey 9 and later), from the folder that LOCKSTEP_TEST_SERVERS names. */
import { afterEach, it } from 'vitest';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { slotTag } from '../../electron/engine/router/slot-tag.ts';
import { ClusterSourceBench, type TargetKind } from '../support/cluster-source/bench.ts';
import type { ClusterMember } from '../support/cluster.ts';
import type { EngineChild } from '../support/engine-child.ts';
import { eventually } from '../support/eventually.ts';
import { serverBinary } from '../support/redis-server.ts';
import { missingServers, versionNamed } from '../support/versions/servers.ts';

const VERSION = 'valkey-9.1';
const KINDS: readonly TargetKind[] = ['one server', 'a cluster of 2 shards'];

let bench: ClusterSourceBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** Begins to carry these slots to another member, as `valkey-cli --cluster reshard` does. */
async function carry(first: number, last: number, to: ClusterMember): Promise<void> {
  const from = await bench!.source.ownerOf(first);
  await from.client.call('CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', first, last, 'NODE', to.id);
}

/** Resolves once the slots are with their new owner, and the part that follows it has brought them. */
async function moved(engine: EngineChild, first: number, to: ClusterMember): Promise<void> {
  await eventually('the slots are with their new owner', async () => {
    // At the moment itself each of the two may say that it does not have them.
    const held = (await bench!.source.shards()).get(to.server.port);
    return SlotSet.parse(held ?? '')?.has(first) ?? false;
  });
  await bench!.source.settled();
  const at = `127.0.0.1:${to.server.port}`;
  await eventually('the slots are brought', () => {
    const feed = engine.metrics?.feeds?.find((one) => one.at === at);
    return engine.metrics?.phase === 'in-step' && (SlotSet.parse(feed?.slots ?? '')?.has(first) ?? false);
  });
}

it.skipIf(!serverBinary(VERSION)).each(KINDS)(
  `to %s under a writer, there and back, and one that is called off${missingServers(versionNamed(VERSION))}`,
  async (target) => {
    bench = await ClusterSourceBench.open({ target, binary: serverBinary(VERSION)! });
    const { client, members } = bench.source;
    const [first, second, third] = members as [ClusterMember, ClusterMember, ClusterMember];
    await Promise.all(Array.from({ length: 2000 }, (_, n) => client.set(`before:${n}`, n)));
    await bench.write();
    const engine = await bench.follow();
    await bench.applied(engine, 500);
    await carry(0, 1000, second);
    await moved(engine, 0, second);
    await bench.applied(engine, 500);
    // Enough to be under way for a while.
    const tag = `{${slotTag(8000)}}`;
    for (let n = 0; n < 50; n++) await client.set(`${tag}large:${n}`, Buffer.alloc(1024 ** 2, n));
    await carry(7900, 8100, third);
    await second.client.call('CLUSTER', 'CANCELSLOTMIGRATIONS').catch(() => undefined);
    await bench.applied(engine, 500);
    await carry(0, 1000, first);
    await moved(engine, 0, first);
    await bench.applied(engine, 500);
    await bench.expectEqual(engine, { fullCopies: 1 });
  },
);

/** A source cluster with several databases (Valkey 9 and later), from the folder that LOCKSTEP_TEST_SERVERS names. */
import type { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { ClusterSourceBench } from '../support/cluster-source/bench.ts';
import { eventually } from '../support/eventually.ts';
import { serverBinary } from '../support/redis-server.ts';
import { missingServers, versionNamed } from '../support/versions/servers.ts';

const VERSION = 'valkey-9.1';
const SLOT = keySlot(Buffer.from('k'));

let bench: ClusterSourceBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** Of the target, where it is a cluster the node that has the slot of the key. */
async function holderOf(of: ClusterSourceBench, key: string): Promise<Redis> {
  const { target } = of;
  if ('members' in target) return (await target.ownerOf(keySlot(Buffer.from(key)))).client;
  return (await of.targetPrimaries())[0]!;
}

it.skipIf(!serverBinary(VERSION)).each(['one server', 'a cluster of 2 shards'] as const)(
  `keeps them on %s, also where a slot is moved that has keys in each${missingServers(versionNamed(VERSION))}`,
  async (target) => {
    bench = await ClusterSourceBench.open({
      target,
      source: { args: ['--cluster-databases', '4'] },
      targetArgs: target === 'one server' ? [] : ['--cluster-databases', '4'],
      binary: serverBinary(VERSION)!,
    });
    const { source } = bench;
    const set = async (db: number, value: string): Promise<void> => {
      const { client } = await source.ownerOf(SLOT);
      await client.multi().select(db).set('k', value).set('{k}other', value).select(0).exec();
    };
    for (const db of [0, 1]) await set(db, 'first');
    const engine = await bench.follow();
    const from = await source.ownerOf(SLOT);
    const to = source.members.find(({ id }) => id !== from.id)!;
    await source.openMove(SLOT, to);
    for (const db of [1, 0]) {
      await from.client.select(db);
      await from.client.call(
        'MIGRATE',
        ...['127.0.0.1', to.server.port, '', db, 5000, 'KEYS', 'k', '{k}other'],
      );
    }
    // What was carried is behind the checkpoint of the shard that has come to it, which does not bring the slot yet.
    const holder = await holderOf(bench, 'k');
    await eventually('the old owner has given them up', async () => (await holder.exists('k')) === 0);
    await bench.source.client.set('marker', 1);
    await source.closeMove(SLOT, to);
    await eventually(
      'a copy is made anew',
      () =>
        (engine.metrics?.feeds?.length ?? 0) > 0 &&
        engine.events.some(
          (event) => event.type === 'event' && event.text.includes('it uses several databases'),
        ),
    );
    await eventually('it is in step again', () => {
      const told = engine.events.filter(
        (event) => event.type === 'event' && event.text.includes('full copy is complete'),
      );
      return told.length > 3 && engine.metrics?.phase === 'in-step';
    });
    await bench.end(engine);
    await bench.expectSame();
    const values = await holder.multi().select(0).get('k').select(1).get('k').select(0).exec();
    expect([values![1]![1], values![3]![1]]).toEqual(['first', 'first']);
  },
);

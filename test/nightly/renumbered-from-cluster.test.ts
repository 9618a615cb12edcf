/** The database of a cluster goes into one of another number on a server, also where slots are moved between its shards. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { ClusterSourceBench } from '../support/cluster-source/bench.ts';
import { eventually } from '../support/eventually.ts';

const INTO_3 = { databases: [0], databaseMap: [{ from: 0, into: 3 }] };

let bench: ClusterSourceBench;

beforeEach(async () => {
  bench = await ClusterSourceBench.open({ target: 'one server' });
});
afterEach(() => bench?.close());

it('is followed through a flush of a shard and slots that are moved, and goes on after a stop', async () => {
  const { client, members } = bench.source;
  const [target] = await bench.targetPrimaries();
  await target!.set('own', 'of the target');
  await Promise.all(Array.from({ length: 600 }, (_, n) => client.set(`before:${n}`, n)));
  let engine = await bench.follow(bench.spec(INTO_3));
  await bench.write();
  await bench.applied(engine);
  const slot = keySlot(Buffer.from('before:1'));
  const owner = await bench.source.ownerOf(slot);
  await bench.source.moveSlot(
    slot,
    members.find(({ id }) => id !== owner.id)!,
  );
  await client.append('before:1', 'moved');
  await bench.applied(engine);
  await bench.end(engine);
  engine = await bench.follow(bench.spec(INTO_3));
  await bench.stopWriting();
  await members[0]!.client.flushall();
  await client.set('last', '1');
  await target!.select(3);
  await eventually('the last write', async () => (await target!.get('last')) === '1');
  const outcome = await bench.end(engine);
  expect(outcome.fullCopies).toBe(0);
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(bench.source.url),
    target: parseEndpoint(bench.target.url),
    ...INTO_3,
  });
  expect(report.differences).toEqual([]);
  expect(report.databases).toMatchObject([{ db: 3, sourceDb: 0 }]);
  expect(report.databases[0]!.compared).toBeGreaterThan(200);
  await target!.select(0);
  expect((await target!.keys('*')).filter((key) => !key.startsWith('lockstep:'))).toEqual(['own']);
});

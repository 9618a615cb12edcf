/** From a cluster of which replicas are read, so that its primaries are spared, under a writer. */
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { ClusterSourceBench } from '../support/cluster-source/bench.ts';
import type { ClusterMember } from '../support/cluster.ts';
import type { EngineChild } from '../support/engine-child.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis-server.ts';
import { atNight } from '../support/nightly.ts';

const REPLICAS = { readFrom: 'replicas' } as const;

let bench: ClusterSourceBench;
let engine: EngineChild;

afterEach(() => bench?.close());

const open = async (primaries: number, replicas: number): Promise<void> => {
  bench = await ClusterSourceBench.open({ target: 'one server', source: { primaries, replicas } });
};
const follow = async (): Promise<void> => {
  engine = await bench.follow(bench.spec(REPLICAS, bench.source.members[0]));
};

const portOf = ({ server }: ClusterMember): number => server.port;
/** The ports of what is read, shard by shard. */
const read = (): number[] =>
  (engine.metrics?.feeds ?? [])
    .toSorted((a, b) => a.part - b.part)
    .map(({ at }) => Number(at.split(':').at(-1)));
const reads = (what: string, wanted: readonly ClusterMember[]): Promise<void> =>
  eventually(what, () => JSON.stringify(read()) === JSON.stringify(wanted.map(portOf)));
const told = (): string[] => engine.events.flatMap((event) => (event.type === 'event' ? [event.text] : []));

const figure = async (client: Redis, section: string, name: string): Promise<number> =>
  Number(new RegExp(`${name}:(\\d+)`).exec(await client.info(section))?.[1]);
const fullSyncs = async (members: readonly ClusterMember[]): Promise<number> =>
  (await Promise.all(members.map(({ client }) => figure(client, 'stats', 'sync_full')))).reduce(
    (a, b) => a + b,
  );
const replicasOf = (members: readonly ClusterMember[]): Promise<number[]> =>
  Promise.all(members.map(({ client }) => figure(client, 'replication', 'connected_slaves')));

/** The replica stays up, and gets nothing more from its primary until it is let in again. */
async function cutOff(replica: ClusterMember, primary: ClusterMember): Promise<void> {
  await replica.client.config('SET', 'masterauth', 'nobody asks for one');
  await primary.client.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await eventually('the replica has no link', async () =>
    (await replica.client.info('replication')).includes('master_link_status:down'),
  );
}

describe('of a cluster of three shards with a replica each', () => {
  it('all is read from the replicas, and nothing but its own replica from a primary', async () => {
    await open(3, 1);
    const { members } = bench.source;
    const [primaries, replicas] = [members.slice(0, 3), members.slice(3)];
    await Promise.all(Array.from({ length: 600 }, (_, n) => bench.source.client.set(`before:${n}`, n)));
    const before = [await fullSyncs(primaries), await fullSyncs(replicas)];
    await bench.write();
    await follow();
    await bench.applied(engine, 2000);
    expect(read()).toEqual(replicas.map(portOf));
    expect(await replicasOf(primaries)).toEqual([1, 1, 1]);
    expect(await replicasOf(replicas)).toEqual([1, 1, 1]);
    await bench.expectEqual(engine, { fullCopies: 1 });
    expect(await fullSyncs(primaries)).toBe(before[0]);
    expect(await fullSyncs(replicas)).toBe(before[1]! + 3);
  });

  it('a killed run goes on without a copy of anybody', async () => {
    await open(3, 1);
    await bench.write();
    await follow();
    await bench.applied(engine, 300);
    const before = await bench.fullSyncs();
    for (let kill = 0; kill < 2; kill++) {
      engine.kill();
      await engine.exited;
      await follow();
      await bench.applied(engine, 300);
    }
    await bench.expectEqual(engine, { fullCopies: 0 });
    expect(await bench.fullSyncs()).toBe(before);
  });

  atNight('slots that move are brought, and keys expire when the source says', async () => {
    await open(3, 1);
    const { members, client } = bench.source;
    await Promise.all(Array.from({ length: 90 }, (_, n) => client.set(`short:${n}`, n, 'PX', 3000)));
    await Promise.all(Array.from({ length: 90 }, (_, n) => client.set(`long:${n}`, n, 'EX', 900)));
    await bench.write();
    await follow();
    await bench.source.moveSlots([0, 1, 700], members[2]!);
    await bench.applied(engine, 500);
    await eventually('the slots are brought', () =>
      (engine.metrics?.feeds ?? []).some(({ slots }) => slots.startsWith('0-1,700,')),
    );
    await engine.untilPhase('in-step');
    const [there] = await bench.targetPrimaries();
    await eventually('the short ones are gone', async () => (await there!.keys('short:*')).length === 0);
    await bench.expectEqual(engine, { fullCopies: 1 });
  });

  atNight('a failover to the replica that is read is followed, and its former primary read', async () => {
    await open(3, 1);
    const { members } = bench.source;
    await bench.write();
    await follow();
    await bench.applied(engine);
    await bench.source.failover(members[4]!);
    await reads('the node that is the replica now', [members[3]!, members[1]!, members[5]!]);
    await bench.applied(engine);
    await engine.untilPhase('in-step');
    await bench.expectEqual(engine, { fullCopies: 1 });
  });

  atNight(
    'a replica that is given to another shard is left, and nothing of that shard taken for its own',
    async () => {
      await open(3, 1);
      const { members, client } = bench.source;
      await Promise.all(Array.from({ length: 300 }, (_, n) => client.set(`before:${n}`, n)));
      await bench.write();
      await follow();
      await bench.applied(engine);
      await members[3]!.client.call('CLUSTER', 'REPLICATE', members[1]!.id);
      await reads('the primary is read', [members[0]!, members[4]!, members[5]!]);
      await bench.applied(engine);
      await bench.expectEqual(engine, { fullCopies: 1 });
    },
  );

  atNight(
    'the replica that is read takes over from a dead primary, and is read on while there is no other',
    async () => {
      await open(3, 1);
      const { members } = bench.source;
      await bench.write();
      await follow();
      await bench.applied(engine);
      // A writer that waits for a dead node writes to none.
      await bench.stopWriting();
      await members[1]!.server.kill();
      await eventually('the replica has taken over', async () =>
        (await members[4]!.client.info('replication')).includes('role:master'),
      );
      await eventually('that is told', () =>
        told().some((text) => /^Shard 2: .*its primary .* is read/.test(text)),
      );
      await bench.source.settled();
      await bench.write(2);
      await bench.applied(engine);
      expect(read()).toEqual(members.slice(3).map(portOf));
      await bench.expectEqual(engine, { fullCopies: 1 });
    },
  );
});

describe('of a shard with two replicas', () => {
  it('one that dies is replaced by the other, then by the primary, without a copy, and read again when it is back', async () => {
    await open(1, 2);
    const [primary, ...replicas] = bench.source.members as [ClusterMember, ClusterMember, ClusterMember];
    await bench.write();
    await follow();
    await bench.applied(engine);
    const first = replicas.find((one) => portOf(one) === read()[0])!;
    const second = replicas.find((one) => one !== first)!;
    const before = await fullSyncs([primary]);
    await first.server.kill();
    await reads('the other replica is read', [second]);
    await bench.applied(engine);
    await second.server.kill();
    await reads('the primary is read', [primary]);
    await bench.applied(engine);
    expect(await fullSyncs([primary])).toBe(before);
    await second.server.restart();
    await reads('the replica is read again', [second]);
    await bench.applied(engine);
    await bench.expectEqual(engine, { fullCopies: 1 });
  });

  atNight(
    'one that is cut off from its primary is left, and nothing is called in step meanwhile',
    async () => {
      await open(1, 2);
      const [primary, ...replicas] = bench.source.members as [ClusterMember, ClusterMember, ClusterMember];
      await bench.write();
      await follow();
      await bench.applied(engine);
      const first = replicas.find((one) => portOf(one) === read()[0])!;
      await cutOff(first, primary);
      await reads(
        'the other replica is read',
        replicas.filter((one) => one !== first),
      );
      await bench.applied(engine);
      await bench.expectEqual(engine, { fullCopies: 1 });
    },
  );

  atNight(
    'a stop with what is on its way waits for what the primary has, not for what the replica has',
    async () => {
      await open(1, 1);
      const [primary, replica] = bench.source.members as [ClusterMember, ClusterMember];
      await bench.source.client.set('k', 'early');
      await follow();
      await cutOff(replica, primary);
      await primary.client.set('k', 'late');
      await bench.end(engine);
      const [there] = await bench.targetPrimaries();
      expect(await there!.get('k')).toBe('late');
    },
  );

  atNight('a failover to the other one is followed without a copy', async () => {
    await open(3, 2);
    const { members } = bench.source;
    await bench.write();
    await follow();
    await bench.applied(engine);
    const [, readOfSecond] = read();
    const heir = members.slice(5, 7).find((one) => portOf(one) !== readOfSecond)!;
    await bench.source.failover(heir);
    await bench.applied(engine);
    await engine.untilPhase('in-step');
    await eventually('a replica is read', () => read()[1] !== portOf(heir));
    await bench.applied(engine);
    await bench.expectEqual(engine, { fullCopies: 1 });
  });
});

it('a source that is one server is refused: it has no shards with replicas', async () => {
  await open(1, 0);
  const alone = await startRedis();
  try {
    engine = await bench.start({ ...bench.spec(REPLICAS), source: parseEndpoint(alone.url) });
    expect(await engine.until(({ type }) => type === 'failed')).toMatchObject({ code: 'SOURCE_NOT_CLUSTER' });
  } finally {
    await alone.stop();
  }
});

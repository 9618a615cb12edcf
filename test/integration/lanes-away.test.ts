/** Lanes of a cluster go on while a node of it is away. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { command } from '../../electron/engine/protocol/resp/encode.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { cross } from '../../electron/engine/writer/script/crossing.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { LanesBench, writeRun, type LanesRun } from '../support/target/lanes-bench.ts';

let cluster: TestCluster;
let bench: LanesBench;
let run: LanesRun;
/** Three keys of each of the three lanes. */
let keys: readonly (readonly [string, string, string])[];
/** Nodes that were away, as the writer told. */
let away: number[];

beforeAll(async () => {
  cluster = await startCluster({ args: ['--cluster-require-full-coverage', 'no'] });
});
afterAll(() => cluster?.stop());

beforeEach(async () => {
  await Promise.all(cluster.members.map(({ client }) => client.call('FLUSHALL')));
  bench = await LanesBench.create(cluster, 1, 100);
  keys = bench.lanes.map((_, lane) => {
    const names = Array.from({ length: 200 }, (__, n) => `k${n}`);
    return names.filter((name) => bench.laneOfSlot[keySlot(Buffer.from(name))] === lane) as never;
  });
  away = [];
  bench.onAway = (node) => {
    away.push(node);
    return true;
  };
  bench.crossings = {
    ...bench.crossings,
    cross: (plan, end, lanes) =>
      cross(plan, end, {
        ...lanes,
        lanes: bench.lanes.length,
        onSlot: async (slot) => bench.nodeOf(bench.laneOfSlot[slot]!).client,
      }),
  };
  run = await bench.begin();
});
afterEach(() => run.channel.close());

function stream(offset: number, ...lines: string[]): number {
  const bytes = Buffer.concat(lines.map((line) => command(...line.split(' '))));
  writeRun(run, offset, bytes, lines.length);
  return offset + bytes.length;
}
const ask = (offset: number, some: object = {}): void =>
  run.writer.commit({ ...run.checkpoint, offset, ...some });
async function commit(offset: number, some: object = {}): Promise<void> {
  ask(offset, some);
  await eventually('it is committed', () => run.committed.at(-1)?.offset === offset);
}
/** Its connection breaks, as of one that dies. */
async function lose(node: number): Promise<void> {
  await cluster.members[node]!.client.call('CLIENT', 'KILL', 'ID', String(run.channel.clientIds[node]));
  await eventually('that is noticed', () => away.includes(node) || run.errors.length > 0);
}
const notHome = (): number => (bench.home + 1) % 3;
const other = (): number => (bench.home + 2) % 3;

it('goes on in the others, and vouches for what all of them have', async () => {
  const first = stream(100, ...keys.map(([key]) => `INCR ${key}`));
  await commit(first);
  await lose(notHome());
  const end = stream(first, ...keys.map(([key]) => `INCR ${key}`));
  await commit(end);
  expect(run.errors).toEqual([]);
  expect([run.committed.at(-1)!.offset, run.whole.at(-1)!.offset]).toEqual([end, first]);
  const found = await Promise.all(keys.map(([key]) => cluster.client.get(key)));
  expect(found).toEqual(keys.map((_, lane) => (lane === notHome() ? '1' : '2')));
  expect(await bench.offsets()).toEqual(keys.map((_, lane) => (lane === notHome() ? first : end)));
  expect(await bench.main()).toMatchObject({ offset: first, verified: first });
  expect([run.writer.partial, run.writer.mute, run.writer.idle]).toEqual([true, false, true]);
  // Whoever takes the stream up has all of it once.
  run.channel.close();
  run = await bench.begin();
  expect(run.checkpoint.offset).toBe(first);
  await commit(stream(first, ...keys.map(([key]) => `INCR ${key}`)));
  expect(await Promise.all(keys.map(([key]) => cluster.client.get(key)))).toEqual(['2', '2', '2']);
});

it('ends a commit that was under way with the others', async () => {
  const first = stream(100, `INCR ${keys[0]![0]}`);
  await commit(first);
  const node = notHome();
  await cluster.members[node]!.client.call('CLIENT', 'PAUSE', '2000', 'WRITE');
  const end = stream(first, ...keys.map(([key]) => `INCR ${key}`));
  ask(end);
  await eventually('the others have it', async () => (await cluster.client.get(keys[other()]![0])) !== null);
  await lose(node);
  await eventually('it is committed', () => run.committed.at(-1)?.offset === end);
  expect(run.whole.at(-1)!.offset).toBe(first);
  await cluster.members[node]!.client.call('CLIENT', 'UNPAUSE');
});

it('says in the task’s checkpoint what more there is to say, at the place that all have', async () => {
  await commit(150);
  await lose(notHome());
  await commit(200, { fieldExpiry: true });
  expect(await bench.main()).toMatchObject({ offset: 150, verified: 150, fieldExpiry: true });
});

it('goes on without the node of the task’s checkpoint, until something is to be said there', async () => {
  await commit(150);
  await eventually('the checkpoint follows', () => run.writer.idle);
  await lose(bench.home);
  await commit(200);
  expect(run.whole.at(-1)!.offset).toBe(150);
  expect([run.writer.mute, run.writer.full, run.writer.idle]).toEqual([true, false, true]);
  ask(250, { fieldExpiry: true });
  await eventually('the others have it', async () =>
    (await bench.offsets()).every((offset, lane) => lane === bench.home || offset === 250),
  );
  expect([run.writer.full, run.writer.ready, run.committed.at(-1)!.offset]).toEqual([true, false, 200]);
  expect((await bench.main()).offset).toBe(150);
  expect(run.errors).toEqual([]);
});

it('waits with a command across lanes that concerns the node, and with all that follows', async () => {
  const first = stream(100, `SADD ${keys[0]![0]} a`, `SADD ${keys[1]![0]} b`, `SADD ${keys[2]![0]} c`);
  await commit(first);
  const node = notHome();
  await lose(node);
  const before = stream(first, `INCR ${keys[other()]![1]}`);
  const end = stream(before, `SUNIONSTORE ${keys[other()]![2]} ${keys[node]![0]} ${keys[other()]![0]}`);
  const last = stream(end, `INCR ${keys[other()]![1]}`);
  ask(last);
  await eventually('what is before it stands', () => run.writer.offsets[other()] === before);
  // More round trips than it takes where it does not wait.
  for (let n = 0; n < 20; n++) expect(await cluster.client.exists(keys[other()]![2])).toBe(0);
  expect(run.writer.heldUpBy).toBe('SUNIONSTORE');
  expect(await cluster.client.get(keys[other()]![1])).toBe('1');
  expect([run.writer.ready, run.channel.busy]).toEqual([false, true]);
  run.channel.close();
  run = await bench.begin();
  const again = stream(first, `INCR ${keys[other()]![1]}`);
  stream(again, `SUNIONSTORE ${keys[other()]![2]} ${keys[node]![0]} ${keys[other()]![0]}`);
  stream(end, `INCR ${keys[other()]![1]}`);
  await commit(last);
  expect(await cluster.client.smembers(keys[other()]![2])).toHaveLength(2);
  expect(await cluster.client.get(keys[other()]![1])).toBe('2');
});

it('does a command across lanes that are there', async () => {
  const [one, two] = [bench.home, other()];
  const first = stream(100, `SADD ${keys[one]![0]} a`, `SADD ${keys[two]![0]} b`);
  await commit(first);
  await lose(notHome());
  await commit(stream(first, `SUNIONSTORE ${keys[two]![1]} ${keys[one]![0]} ${keys[two]![0]}`));
  expect((await cluster.client.smembers(keys[two]![1])).toSorted()).toEqual(['a', 'b']);
  expect(run.writer.heldUpBy).toBeUndefined();
});

it('gives all up where the last one goes, or nobody wants to go on', async () => {
  await lose(0);
  await lose(1);
  expect(run.errors).toEqual([]);
  await lose(2);
  await eventually('all are given up', () => run.errors.length > 0);
  expect([away, run.errors[0]!.error.code]).toEqual([[0, 1], 'TARGET_LINK_LOST']);
  run.channel.close();
  run = await bench.begin();
  bench.onAway = () => false;
  away = [];
  await lose(0);
  expect(run.errors).toHaveLength(1);
});

it(
  'gives a node up that does not answer a PING either, long before a connection by itself',
  { timeout: 40_000 },
  async () => {
    const node = notHome();
    await commit(150);
    await cluster.members[node]!.server.kill('SIGSTOP');
    try {
      const end = stream(150, ...keys.map(([key]) => `INCR ${key}`));
      ask(end);
      await eventually('the others go on', () => run.committed.at(-1)?.offset === end, 20_000);
      expect([away, run.whole.at(-1)!.offset]).toEqual([[node], 150]);
    } finally {
      await cluster.members[node]!.server.kill('SIGCONT');
      await cluster.settled();
    }
  },
);

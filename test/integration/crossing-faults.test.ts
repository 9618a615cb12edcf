/** Commands across lanes of a real cluster that meet something that should not be so, and those that concern every node. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CommandReader } from '../../electron/engine/protocol/resp/command-reader.ts';
import { command } from '../../electron/engine/protocol/resp/encode.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { Killed, LaneBench } from '../support/crossing/lane-bench.ts';

let cluster: TestCluster;
let bench: LaneBench;
let offset = 0;

/** Names on three nodes. */
const [A, B, C] = ['a', 'b', 'c'];

beforeAll(async () => {
  // A value of 70 MB takes a node seconds on a busy machine, for which the others are not to give it up.
  cluster = await startCluster({ args: ['--cluster-node-timeout', '60000'] });
  bench = await LaneBench.of(cluster);
  expect(new Set([A, B, C].map((name) => bench.lanes[bench.laneOf(name)]!.member.id)).size).toBe(3);
});
afterAll(async () => {
  bench?.close();
  await cluster?.stop();
});
beforeEach(async () => {
  for (const { client } of cluster.members) await client.flushall();
  await bench.start(offset);
});

const client = (key: string): TestCluster['members'][0]['client'] =>
  bench.lanes[bench.laneOf(key)]!.member.client;

/** Applies commands as the source would send them. */
async function apply(...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const bytes = command(...line.split(' '));
    new CommandReader().read(bytes, 0, bytes.length);
    offset += bytes.length;
    await bench.apply([{ bytes, endOffset: offset }]);
  }
}

const temporary = async (): Promise<string[]> =>
  (await Promise.all(cluster.members.map((member) => member.client.keys('*:crossing:*')))).flat();

const standing = (): number[] => bench.lanes.map((_, lane) => bench.offsetOf(lane));

describe('a command across lanes', () => {
  it('that the server refuses leaves the lanes where they are, and nothing behind', async () => {
    await apply(`PFADD ${A} x`, `RPUSH ${B} list`);
    const before = standing();
    await expect(apply(`PFMERGE ${B} ${A}`)).rejects.toMatchObject({
      code: 'TARGET_REJECTED',
      message: expect.stringContaining('WRONGTYPE'),
    });
    expect(await temporary()).toEqual([]);
    await bench.resume();
    expect(standing()).toEqual(before);
  });

  it('from a key that is not there is told in the words of the server', async () => {
    await expect(apply(`RENAME ${A} ${B}`)).rejects.toMatchObject({
      code: 'TARGET_REJECTED',
      message: expect.stringContaining('no such key'),
    });
    await bench.start(offset);
    await apply(`SET ${B} v`, `COPY ${A} ${B} REPLACE`);
    expect(await client(B).get(B)).toBe('v');
  });

  it('does nothing once the lane is another run’s', async () => {
    await apply(`SET ${A} v`);
    await client(B).hset(bench.lanes[bench.laneOf(B)]!.key, 'owner', 'another');
    await expect(apply(`RENAME ${A} ${B}`)).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
    expect(await client(A).get(A)).toBe('v');
    expect(await client(B).exists(B)).toBe(0);
  });

  it('is not done again where what it reads has changed since', async () => {
    await apply(`SADD ${A} x`, `SADD ${B} y`);
    // The node of the key that is written has lost the command, and the others went on.
    await client(A).hset(bench.lanes[bench.laneOf(A)]!.key, 'offset', offset + 1000);
    await bench.resume();
    await expect(apply(`SUNIONSTORE ${B} ${A} ${B}`)).rejects.toMatchObject({
      code: 'TARGET_LANES_APART',
      message: expect.stringContaining(A),
    });
    expect(await client(B).smembers(B)).toEqual(['y']);
  });

  it('waits for a slot that has moved', async () => {
    await apply(`SET ${A} v`);
    const slot = keySlot(Buffer.from(A));
    const owner = await cluster.ownerOf(slot);
    const other = cluster.members.find(({ id }) => id !== owner.id)!;
    await cluster.moveSlot(slot, other);
    try {
      await expect(apply(`RENAME ${A} ${B}`)).rejects.toMatchObject({ code: 'TARGET_SLOTS_MOVED' });
    } finally {
      await cluster.moveSlot(slot, owner);
    }
    expect(await client(A).get(A)).toBe('v');
  });

  it('carries a value that is larger than what is asked otherwise', async () => {
    const large = randomBytes(70 * 1024 * 1024);
    await client(A).set(A, large);
    await apply(`RENAME ${A} ${B}`);
    expect((await client(B).getBuffer(B))!.equals(large)).toBe(true);
    expect(await client(A).exists(A)).toBe(0);
  });

  it('carries bytes of any kind, and a name may come several times', async () => {
    const binary = Buffer.from([0, 13, 10, 255, 36]);
    await client(A).sadd(A, binary);
    await apply(`SUNIONSTORE ${C} ${A} ${C} ${A} ${B}`);
    expect(await client(C).smembersBuffer(C)).toEqual([binary]);
    await client(A).del(A);
    await client(A).rpush(A, binary, 'x');
    await apply(`LMOVE ${A} ${B} LEFT LEFT`);
    expect(await client(B).lrangeBuffer(B, 0, -1)).toEqual([binary]);
    expect(await client(A).lrange(A, 0, -1)).toEqual(['x']);
  });
});

const LIBRARY = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";

describe('a command that concerns every node', () => {
  /** Each time one step further, until it was done without being killed. */
  async function killedEverywhere(
    words: readonly (string | Buffer)[],
    before: () => Promise<void>,
  ): Promise<void> {
    for (let steps = 0; ; steps++) {
      await before();
      await bench.resume();
      const bytes = command(...words);
      offset += bytes.length;
      const stream = [{ bytes, endOffset: offset }];
      bench.stepsLeft = steps;
      const killed = await bench.apply(stream).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof Killed)) throw error;
          return true;
        },
      );
      // Others may have been under way.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await bench.resume();
      await bench.apply(stream);
      expect(standing()).toEqual(bench.lanes.map(() => offset));
      if (!killed) return expect(steps).toBe(bench.lanes.length);
    }
  }

  it.each(['FLUSHALL', 'FLUSHDB', 'FLUSHALL ASYNC'])('%s leaves the tool’s own keys', async (line) => {
    await killedEverywhere(line.split(' '), async () => {
      for (const key of [A, B, C]) await client(key).set(key, 'v');
      await cluster.client.hset('lockstep:{tasks}:checkpoint:other', 'epoch', '3');
      await cluster.client.psetex('lockstep:{tasks}:probe:x', 100_000, 'v');
    });
    const left = (await Promise.all(cluster.members.map((member) => member.client.keys('*')))).flat();
    const own = ['lockstep:{tasks}:checkpoint:other', 'lockstep:{tasks}:probe:x'];
    expect(left.sort()).toEqual([...bench.lanes.map(({ key }) => key), ...own].sort());
    expect(await cluster.client.hgetall(own[0]!)).toEqual({ epoch: '3' });
    expect(await cluster.client.pttl(own[1]!)).toBeGreaterThan(0);
  });

  it('is not done again on a node that has a lane beyond it', async () => {
    const [first] = bench.lanes;
    await client(B).set(B, 'written since');
    await first!.member.client.hset(first!.key, 'offset', offset + 1000);
    await bench.resume();
    await apply('FLUSHALL');
    expect(bench.lanes[bench.laneOf(B)]!.member.id).toBe(first!.member.id);
    expect(await client(B).get(B)).toBe('written since');
    expect(standing().filter((one) => one === offset).length).toBe(bench.lanes.length - 1);
  });

  const libraries = async (): Promise<unknown[]> =>
    Promise.all(
      cluster.members.map(async (member) =>
        ((await member.client.call('FUNCTION', 'LIST')) as unknown[][]).map((one) => one[1]),
      ),
    );

  it('FUNCTION changes the libraries of all of them', async () => {
    await killedEverywhere(['FUNCTION', 'LOAD', LIBRARY], async () => {
      for (const member of cluster.members) await member.client.call('FUNCTION', 'FLUSH');
    });
    expect(await libraries()).toEqual([['lib'], ['lib'], ['lib']]);
    const payload = (await cluster.members[0]!.client.callBuffer('FUNCTION', 'DUMP')) as Buffer;
    await killedEverywhere(['FUNCTION', 'DELETE', 'lib'], async () => {
      for (const member of cluster.members) await member.client.call('FUNCTION', 'LOAD', 'REPLACE', LIBRARY);
    });
    expect(await libraries()).toEqual([[], [], []]);
    await killedEverywhere(['FUNCTION', 'RESTORE', payload], async () => {
      for (const member of cluster.members) await member.client.call('FUNCTION', 'FLUSH');
    });
    expect(await libraries()).toEqual([['lib'], ['lib'], ['lib']]);
    await killedEverywhere(['FUNCTION', 'FLUSH'], async () => {});
    expect(await libraries()).toEqual([[], [], []]);
  });

  it('does nothing once the lanes are another run’s', async () => {
    await client(A).set(A, 'v');
    for (const { key, member } of bench.lanes) await member.client.hset(key, 'owner', 'another');
    await expect(apply('FLUSHALL')).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
    expect(await client(A).get(A)).toBe('v');
    const bytes = command('FUNCTION', 'LOAD', LIBRARY);
    const load = bench.apply([{ bytes, endOffset: (offset += bytes.length) }]);
    await expect(load).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
    expect(await libraries()).toEqual([[], [], []]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { command } from '../../electron/engine/protocol/resp/encode.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { LanesBench, writeBytes, writeRun, type LanesRun } from '../support/target/lanes-bench.ts';

let cluster: TestCluster;
let bench: LanesBench;
let run: LanesRun | undefined;
/** One key of each lane. */
let keys: string[];

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.stop());

beforeEach(async () => {
  run?.channel.close();
  await Promise.all(cluster.members.map(({ client }) => client.call('FLUSHALL')));
  bench = await LanesBench.create(cluster, 2, 100);
  keys = bench.lanes.map((_, lane) => nameIn(lane));
});
afterAll(() => run?.channel.close());

/** The first name of a series that lies in a lane. */
function nameIn(lane: number): string {
  for (let n = 0; ; n++) if (bench.laneOfSlot[keySlot(Buffer.from(`k${n}`))] === lane) return `k${n}`;
}

const begin = async (): Promise<LanesRun> => (run = await bench.begin());

/** Writes these commands as a stretch of the stream. @returns the offset behind them */
function stream(to: LanesRun, offset: number, ...lines: string[]): number {
  const bytes = Buffer.concat(lines.map((line) => command(...line.split(' '))));
  writeRun(to, offset, bytes, lines.length);
  return offset + bytes.length;
}

async function commit(to: LanesRun, offset: number, deadline = 0): Promise<void> {
  to.writer.commit({ ...to.checkpoint, offset }, true, deadline);
  await eventually('it is committed', () => to.committed.at(-1)?.offset === offset || to.errors.length > 0);
}

describe('the writer of lanes', () => {
  it('applies each command in its lane, and has all lanes end at the checkpoint', async () => {
    const one = await begin();
    expect([one.writer.ready, one.writer.idle]).toEqual([true, true]);
    const end = stream(one, 100, ...keys.map((key) => `INCR ${key}`), `RPUSH l 1 2`, `RPUSH l 3`);
    expect([one.writer.isOpen, one.writer.idle]).toEqual([true, false]);
    await commit(one, end);
    expect(one.errors).toEqual([]);
    expect(await Promise.all(keys.map((key) => cluster.client.get(key)))).toEqual(keys.map(() => '1'));
    expect(await cluster.client.lrange('l', 0, -1)).toEqual(['1', '2', '3']);
    expect(await bench.offsets()).toEqual(keys.map(() => end));
    await eventually('the checkpoint follows', () => one.writer.idle);
    expect(await bench.main()).toMatchObject({ offset: end, verified: end, owner: one.checkpoint.owner });
  });

  it('may commit an offset alone', async () => {
    const one = await begin();
    await commit(one, 150);
    expect(await bench.offsets()).toEqual(keys.map(() => 150));
  });

  it('divides lists of keys among the lanes', async () => {
    const one = await begin();
    const values = keys.map((key) => `${key} v`).join(' ');
    const end = stream(one, 100, `MSET ${values}`, `DEL ${keys[0]} ${keys[1]} ${keys[4]}`);
    await commit(one, end);
    const there = await Promise.all(keys.map((key) => cluster.client.exists(key)));
    expect(there).toEqual([0, 0, 1, 1, 0, 1]);
  });

  it('leaves out what a lane has already', async () => {
    const lanes = await Promise.all(
      bench.lanes.map(({ key }, lane) =>
        bench.nodeOf(lane).client.hset(key, 'offset', lane === 2 ? 150 : 100),
      ),
    );
    expect(lanes).toHaveLength(6);
    const one = await begin();
    expect(one.checkpoint.offset).toBe(100);
    // Each takes fewer than 50 bytes: the first ends before 150, the other two behind it.
    const end = stream(one, 100, `INCR ${keys[2]}`, `INCR ${keys[1]}`, `INCR ${keys[2]}`);
    await commit(one, end);
    expect([await cluster.client.get(keys[1]!), await cluster.client.get(keys[2]!)]).toEqual(['1', '1']);
    expect(await bench.offsets()).toEqual(keys.map(() => end));
  });

  it('does not take back a lane that is beyond the checkpoint', async () => {
    await bench.nodeOf(3).client.hset(bench.lanes[3]!.key, 'offset', 5000);
    const one = await begin();
    await commit(one, stream(one, 100, `INCR ${keys[3]}`, `INCR ${keys[0]}`));
    expect(await cluster.client.get(keys[3]!)).toBeNull();
    expect((await bench.offsets())[3]).toBe(5000);
  });

  it('goes on in many batches that are under way together', async () => {
    const one = await begin();
    const lines = Array.from({ length: 20_000 }, (_, n) => `RPUSH list:${n % 50} ${n}`);
    let end = 100;
    for (let n = 0; n < lines.length; n += 500) end = stream(one, end, ...lines.slice(n, n + 500));
    await commit(one, end);
    expect(one.errors).toEqual([]);
    for (const n of [0, 7, 49]) {
      const wanted = lines.map((line) => line.split(' ')).filter(([, key]) => key === `list:${n}`);
      expect(await cluster.client.lrange(`list:${n}`, 0, -1)).toEqual(wanted.map(([, , value]) => value));
    }
  });

  it('stops a lane in front of a command that fails, at the exact offset', async () => {
    const [key] = keys as [string];
    await cluster.client.set(key, 'x');
    const one = await begin();
    const first = stream(one, 100, `APPEND ${key} y`);
    const end = stream(one, first, `RPUSH ${key} z`, `APPEND ${key} z`);
    await commit(one, end);
    expect(one.errors).toMatchObject([{ error: { code: 'TARGET_REJECTED' }, damage: 'unverified' }]);
    expect(one.errors[0]!.error.message).toContain(`RPUSH ${key}`);
    expect(one.writer.failedCommand?.after).toBe(first);
    expect(one.writer.failedCommand?.slots.list().every((slot) => bench.laneOfSlot[slot] === 0)).toBe(true);
    expect([(await bench.offsets())[0], one.writer.offsets[0]]).toEqual([first, first]);
    expect(await cluster.client.get(key)).toBe('xy');
    expect(one.committed).toEqual([]);
  });

  it('says in each lane what holds of its keys, in front of what is written so', async () => {
    const one = await begin();
    const told = async (): Promise<(string | null)[]> =>
      Promise.all(bench.lanes.map(({ key }, lane) => bench.nodeOf(lane).client.hget(key, 'expiry')));
    const end = stream(one, 100, `INCR ${keys[0]}`);
    const turned = { ...one.checkpoint, expiry: 'shortening', epoch: one.checkpoint.epoch + 1 } as const;
    one.writer.commit({ ...turned, offset: end }, true, 0);
    // What is written as that has it fails, so nothing of it stands, and it has been said all the same.
    await cluster.client.set(keys[1]!, 'x');
    stream(one, end, `RPUSH ${keys[1]} y`);
    await eventually('it is committed', () => one.committed.length === 1);
    expect(await told()).toEqual(keys.map(() => 'shortening'));
    expect(await bench.main()).toMatchObject({ expiry: 'shortening', epoch: turned.epoch });
  });

  it('has a batch found out that comes late, though it is closed before its commit', async () => {
    const one = await begin();
    one.writer.holdUntil(Date.now() - 5000);
    const lines = Array.from({ length: 1200 }, (_, n) => `RPUSH ${keys[2]} ${n}`);
    let end = 100;
    for (let n = 0; n < lines.length; n += 100) end = stream(one, end, ...lines.slice(n, n + 100));
    one.channel.output.flush();
    await eventually('the lane has said so', () => one.errors.length > 0);
    expect(one.errors).toMatchObject([{ error: { code: 'EXPIRY_OVERTAKEN' }, damage: 'late' }]);
    const [at, late] = await bench.nodeOf(2).client.hmget(bench.lanes[2]!.key, 'offset', 'earliestExpiry');
    expect(Number(at)).toBeGreaterThan(100);
    expect(Number(at)).toBeLessThan(end);
    expect(late).toBe('1');
    expect(one.committed).toEqual([]);
  });

  it('is deposed by another run, in its lanes and in the checkpoint', async () => {
    const one = await begin();
    const two = await bench.begin();
    try {
      await commit(one, stream(one, 100, `INCR ${keys[0]}`));
      expect(one.errors).toMatchObject([{ error: { code: 'TARGET_TAKEN_OVER' } }]);
      expect(await cluster.client.get(keys[0]!)).toBeNull();
      await commit(two, 150);
      expect(two.errors).toEqual([]);
    } finally {
      two.channel.close();
    }
  });

  it('tells a slot that has moved, and goes on from where it stopped', async () => {
    const slot = keySlot(Buffer.from(keys[0]!));
    const [from, to] = [cluster.members[0]!, cluster.members[1]!];
    const one = await begin();
    await cluster.moveSlot(slot, to);
    try {
      const first = stream(one, 100, `INCR {${slotMate(0, slot)}}x`);
      const end = stream(one, first, `INCR ${keys[0]}`);
      await commit(one, end);
      expect(one.errors).toMatchObject([{ error: { code: 'TARGET_SLOTS_MOVED' }, damage: 'none' }]);
      expect((await bench.offsets())[0]).toBe(first);
    } finally {
      await cluster.moveSlot(slot, from);
    }
  });

  /** A name in the lane, but in another slot. */
  function slotMate(lane: number, slot: number): string {
    for (let n = 0; ; n++) {
      const own = keySlot(Buffer.from(`m${n}`));
      if (bench.laneOfSlot[own] === lane && own !== slot) return `m${n}`;
    }
  }

  it('notes a new epoch and another history of the source in its lanes', async () => {
    const one = await begin();
    const replid = 'f'.repeat(40);
    const next = { ...one.checkpoint, offset: 200, epoch: one.checkpoint.epoch + 1, replid };
    one.writer.commit(next);
    await eventually('it is committed', () => one.committed.length === 1);
    expect(await bench.main()).toMatchObject({ epoch: next.epoch, replid, offset: 200 });
    for (const [lane, { key }] of bench.lanes.entries())
      expect(await bench.nodeOf(lane).client.hmget(key, 'epoch', 'replid')).toEqual([
        String(next.epoch),
        replid,
      ]);
    one.writer.commit({ ...next, offset: 300 });
    await eventually('it is committed', () => one.committed.length === 2);
    expect(one.errors).toEqual([]);
  });

  it('takes what several commands became together', async () => {
    const one = await begin();
    const [key] = keys as [string];
    await cluster.client.set(keys[1]!, 'x');
    one.writer.prepare(0);
    one.writer.places.command(130);
    writeBytes(one.channel, Buffer.concat([command('DEL', key), command('RPUSH', key, 'a')]), 2);
    one.writer.places.command(160);
    writeBytes(one.channel, Buffer.concat([command('RPUSH', key, 'b'), command('INCR', key)]), 2);
    await commit(one, 170);
    expect(one.errors).toMatchObject([{ error: { code: 'TARGET_REJECTED' } }]);
    expect((await bench.offsets())[0]).toBe(130);
  });

  it('applies a transaction of the source in one step of its lane, though it is long', async () => {
    const calls = async (): Promise<number> => {
      const stats = await bench.nodeOf(0).client.info('commandstats');
      return [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    };
    const one = await begin();
    const lines = Array.from({ length: 3000 }, () => `INCR ${keys[0]}`);
    const [before, first] = [await calls(), stream(one, 100, ...lines)];
    one.channel.output.flush();
    await eventually(
      'batches are closed as they fill',
      async () => (await cluster.client.get(keys[0]!)) === '2000',
    );
    expect((await calls()) - before).toBe(2);
    await commit(one, first);
    await eventually('the checkpoint follows', () => one.writer.idle);
    const between = await calls();
    one.writer.places.transaction(true);
    const end = stream(one, first, ...lines);
    one.writer.places.transaction(false);
    one.channel.output.flush();
    expect(await calls()).toBe(between);
    await commit(one, end);
    expect(await cluster.client.get(keys[0]!)).toBe('6000');
    expect(one.errors).toEqual([]);
  });

  it('takes a large command in pieces, of which the end is told last', async () => {
    const one = await begin();
    const [key] = keys as [string];
    const value = 'v'.repeat(3_000_000);
    const bytes = command('APPEND', key, value);
    one.writer.prepare(0);
    one.writer.places.begun();
    const { output } = one.channel;
    output.begin();
    for (let at = 0; at < bytes.length; at += 200_000) {
      output.copy(bytes, at, Math.min(bytes.length, at + 200_000));
      output.flush();
    }
    expect((await bench.offsets())[0]).toBe(100);
    one.writer.places.ended(100 + bytes.length);
    const end = stream(one, 100 + bytes.length, `APPEND ${key} w`);
    await commit(one, end);
    expect(one.errors).toEqual([]);
    expect(await cluster.client.strlen(key)).toBe(value.length + 1);
    expect((await bench.offsets())[0]).toBe(end);
  });

  it('takes parts of a command that may be run again one after another, and stays in front of it', async () => {
    const one = await begin();
    const [key] = keys as [string];
    const big = 'v'.repeat(600_000);
    one.writer.prepare(0);
    one.writer.places.parts(100);
    for (let n = 0; n < 5; n++) {
      writeBytes(one.channel, command('MSET', `{${key}}${n}`, big), 1);
      one.channel.output.flush();
    }
    await eventually('most of them stand', async () => (await cluster.client.exists(`{${key}}3`)) === 1);
    expect((await bench.offsets())[0]).toBe(100);
    const end = stream(one, 4_000_000, `INCR ${key}`);
    await commit(one, end);
    expect(one.errors).toEqual([]);
    expect(await cluster.client.strlen(`{${key}}4`)).toBe(big.length);
    expect((await bench.offsets())[0]).toBe(end);
  });

  it('is late behind its deadline', async () => {
    const one = await begin();
    await commit(one, stream(one, 100, `INCR ${keys[0]}`), Date.now() - 5000);
    expect(one.errors).toMatchObject([{ error: { code: 'EXPIRY_OVERTAKEN' }, damage: 'late' }]);
  });

  it('refuses what has no key', async () => {
    const one = await begin();
    stream(one, 100, 'SELECT 0');
    one.channel.output.flush();
    expect(one.errors).toEqual([]);
    stream(one, 123, 'PUBLISH a b');
    one.channel.output.flush();
    expect(one.errors).toMatchObject([{ error: { code: 'COMMAND_UNSUPPORTED' } }]);
  });

  it('does what concerns several lanes when all before it stands, and nothing behind it does', async () => {
    const [a, b, c] = [keys[0], keys[3], keys[5]] as [string, string, string];
    const seen: (string | null)[] = [];
    bench.crossings = {
      ...bench.crossings,
      cross: async ({ name, given, keys: placed }, end, still) => {
        expect([name, placed.length]).toEqual(['sunionstore', 3]);
        seen.push(await cluster.client.get(c), await cluster.client.get('after'));
        expect(still.offsetOf(0)).toBeLessThan(end);
        await still.run(0, [['SADD', given[1]!, 'x']], end, 0);
        seen.push(await cluster.client.get('after'));
      },
    };
    const one = await begin();
    const before = stream(one, 100, `INCR ${c}`);
    const end = stream(one, before, `SUNIONSTORE ${a} ${b} ${keys[4]}`);
    await commit(one, stream(one, end, 'INCR after', `SADD ${a} y`));
    expect(one.errors).toEqual([]);
    expect(seen).toEqual(['1', null, null]);
    expect((await cluster.client.smembers(a)).toSorted()).toEqual(['x', 'y']);
    expect(await cluster.client.get('after')).toBe('1');
  });
});

/** Values of keys in several slots of one shard, each at an offset of the shard's stream. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NewCopyNeeded } from '../../electron/engine/repair/give-up.ts';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import { readValuesOfShard } from '../../electron/engine/repair/source-values.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { tapStream } from '../support/crossing/stream-tap.ts';

const MOST_BYTES = 1_000_000;
const VERSION = 70000;

const ALL = new DatabaseChoice(undefined);

let cluster: TestCluster;
let first: ClusterMember;
let second: ClusterMember;

beforeAll(async () => {
  cluster = await startCluster({ primaries: 3 });
  [first, second] = cluster.members as [ClusterMember, ClusterMember];
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
  for (const { client } of cluster.members) await client.flushall();
});

/** Names of counters in slots of the first shard. */
function counters(count: number): string[] {
  const names: string[] = [];
  for (let i = 0; names.length < count; i++)
    if (keySlot(Buffer.from(`counter:${i}`)) < 5000) names.push(`counter:${i}`);
  return names;
}

const asSets = (names: readonly string[]): ReadonlyMap<number, ReadonlySet<string>> =>
  new Map([[0, new Set(names)]]);

test('each holds what the stream says up to its offset, and nothing behind it', async () => {
  const names = counters(201);
  const missing = names.pop()!;
  const tap = await tapStream(first.server);
  const writer = first.server.client();
  const reader = first.server.client();
  let written = true;
  const writing = (async () => {
    for (let i = 0; written; i++)
      await Promise.all(names.slice(i % 100, (i % 100) + 50).map((name) => writer.incr(name)));
  })();
  const read = [];
  for (let i = 0; i < 5; i++)
    read.push(...(await readValuesOfShard(reader, asSets([...names, missing]), ALL, VERSION, MOST_BYTES)));
  written = false;
  await writing;
  const stream = await tap.take();
  tap.close();
  expect(read.flatMap(({ values }) => values)).toHaveLength(5 * 201);
  let compared = 0;
  for (const { offset, values } of read)
    for (const { key, dump } of values) {
      const run = stream.filter(
        ({ bytes, endOffset }) => endOffset <= offset && bytes.includes(`\r\n${String(key)}\r\n`),
      );
      if (run.length === 0) expect(dump).toBeUndefined();
      else {
        // A counter is an integer in one, two or four bytes.
        const size = [1, 2, 4][dump![1]! & 3]!;
        expect(dump!.readIntLE(2, size)).toBe(run.length);
        compared += 1;
      }
    }
  expect(compared).toBeGreaterThan(100);
}, 60_000);

test('keys that the shard has no more are told as what they are', async () => {
  const [name] = counters(1);
  const elsewhere = 'foo';
  expect(keySlot(Buffer.from(elsewhere))).toBeGreaterThan(11_000);
  await first.client.set(name!, '1');
  await expect(
    readValuesOfShard(first.client, asSets([name!, elsewhere]), ALL, VERSION, MOST_BYTES),
  ).rejects.toThrow(expect.objectContaining({ code: 'SOURCE_SLOTS_MOVED' }));
  const slot = keySlot(Buffer.from(name!));
  await cluster.openMove(slot, second);
  await cluster.carry(slot, second);
  await expect(readValuesOfShard(first.client, asSets([name!]), ALL, VERSION, MOST_BYTES)).rejects.toThrow(
    expect.objectContaining({ code: 'SOURCE_SLOTS_MOVED' }),
  );
  await cluster.closeMove(slot, second);
  await cluster.moveSlot(slot, first);
});

test('too much of it is not read', async () => {
  const names = counters(3);
  for (const name of names) await first.client.set(name, 'x'.repeat(5000));
  await expect(readValuesOfShard(first.client, asSets(names), ALL, VERSION, 8000)).rejects.toThrow(
    NewCopyNeeded,
  );
});

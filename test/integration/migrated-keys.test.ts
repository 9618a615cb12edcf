/** Keys of a slot that is moved, as they come in the streams of the two shards, and what a part makes of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LARGE_COMMAND_BYTES } from '../../electron/engine/pipeline/large-commands.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import type { BatchWriter } from '../../electron/engine/writer/batch-writer.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { tapStream, type StreamedCommand } from '../support/crossing/stream-tap.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { Sink } from '../support/target/sink.ts';
import { startApplier } from '../support/target/stream-applier.ts';

const AT = 4_000_000_000_123;
const SLOT = keySlot(Buffer.from('{m}'));

let cluster: TestCluster;
let target: RedisProcess;

beforeAll(async () => {
  [cluster, target] = await Promise.all([startCluster(), startRedis()]);
});
afterAll(() => Promise.all([cluster?.stop(), target?.stop()]));

/** What a part of these slots sends its target for a stream. */
function sent(stream: readonly StreamedCommand[], slots: SlotSet): string[][] {
  const sink = new Sink();
  const nothing = (): void => undefined;
  const batch = { places: undefined, prepare: nothing, wrote: nothing } as unknown as BatchWriter;
  const { spool, applier } = startApplier({ batch, output: sink.output }, { slots });
  for (const { bytes } of stream)
    for (let at = 0; at < bytes.length; at += 100_000) {
      spool.append(bytes, at, Math.min(bytes.length, at + 100_000));
      while (applier.step(100));
    }
  return sink.commands();
}

test('they are restored at the one and removed at the other, by whichever part has the slot', async () => {
  const { client } = cluster;
  const from = await cluster.ownerOf(SLOT);
  const to = cluster.members.find((member) => member !== from)!;
  await client.set('{m}string', 'v', 'PXAT', AT);
  await client.hset('{m}hash', 'f', 'v');
  await client.set('{m}large', 'x'.repeat(2 * LARGE_COMMAND_BYTES), 'PXAT', AT + 1);
  // A value that compression leaves as large as it is.
  const noise = Array.from({ length: 40_000 }, (_, i) => Math.sin(i).toString(36)).join('');
  await client.set('{m}noise', noise, 'PXAT', AT + 2);
  const taps = await Promise.all([from, to].map(({ server }) => tapStream(server)));
  await cluster.moveSlot(SLOT, to);
  const [left, come] = (await Promise.all(taps.map((tap) => tap.take()))) as [
    readonly StreamedCommand[],
    readonly StreamedCommand[],
  ];
  for (const tap of taps) tap.close();
  const names = come.map(({ bytes }) => /^\*\d+\r\n\$\d+\r\n([^\r]*)/.exec(bytes.toString('latin1'))![1]);
  expect(names).toContain('RESTORE-ASKING');

  const here = SlotSet.where((slot) => slot === SLOT);
  const elsewhere = SlotSet.where((slot) => slot !== SLOT);
  expect(sent(come, elsewhere)).toEqual([]);
  expect(sent(left, elsewhere)).toEqual([]);

  const redis = target.client();
  const run = async (commands: readonly string[][]): Promise<void> => {
    for (const [name, ...args] of commands)
      await redis.call(name!, ...args.map((word) => Buffer.from(word, 'latin1')));
  };
  const restored = sent(come, here);
  expect(new Set(restored.map(([name]) => name))).toEqual(new Set(['RESTORE', 'PEXPIREAT']));
  await run(restored);
  expect(await redis.dbsize()).toBe(4);
  expect(await redis.get('{m}string')).toBe('v');
  expect(await redis.hgetall('{m}hash')).toEqual({ f: 'v' });
  expect(await redis.get('{m}noise')).toBe(noise);
  const times = ['{m}string', '{m}large', '{m}noise', '{m}hash'].map((key) => redis.call('PEXPIRETIME', key));
  // MIGRATE hands on what remains of a time, by the clock of the one, to be counted from that of the other.
  for (const [i, time] of (await Promise.all(times)).entries())
    if (i === 3) expect(time).toBe(-1);
    else expect(Math.abs(Number(time) - AT)).toBeLessThan(1000);

  const removed = sent(left, here);
  await run(removed);
  expect(await redis.dbsize()).toBe(0);
});

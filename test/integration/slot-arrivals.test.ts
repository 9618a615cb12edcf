import { afterEach, describe, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { byDay } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startTaskRun } from '../support/task-run.ts';

let source: TestCluster | undefined;
let target: RedisProcess | undefined;
let targets: TestCluster | undefined;

afterEach(async () => {
  await Promise.all([source?.stop(), target?.stop(), targets?.stop()]);
  source = target = targets = undefined;
});

const TAGS = ['a', 'b', 'c', 'd'];
const KEYS_OF_TAG = 300;

/** Lists and counters, which show every command that came twice or not at all. */
async function write(cluster: TestCluster, round: number): Promise<void> {
  for (const tag of TAGS)
    for (let i = 0; i < KEYS_OF_TAG; i++) {
      if (round % 3 === 2 && i % 10 === 0) await cluster.client.del(`{${tag}}:list:${i}`);
      else await cluster.client.rpush(`{${tag}}:list:${i}`, `${round}`);
      if (i % 5 === 0) await cluster.client.incr(`{${tag}}:count:${i}`);
    }
}

type Read = (key: string) => Promise<unknown>;

async function content(keys: readonly string[], lists: Read, counts: Read): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of keys) found[key] = key.includes(':list:') ? await lists(key) : await counts(key);
  return found;
}

const NAMES = TAGS.flatMap((tag) =>
  Array.from({ length: KEYS_OF_TAG }, (_, i) => [`{${tag}}:list:${i}`, `{${tag}}:count:${i}`]).flat(),
);

describe('slots that move on the source', () => {
  for (const kind of byDay(1, ['a cluster', 'one server'] as const))
    it(`are brought to ${kind} by themselves, while the stream flows`, async () => {
      source = await startCluster();
      if (kind === 'one server') target = await startRedis();
      else targets = await startCluster({ primaries: 2 });
      await write(source, 0);
      const url = target?.url ?? targets!.url;
      const task = startTaskRun(source.url, url, { until: 'stopped' });
      await task.reached('in-step');
      let round = 1;
      let writing = true;
      const writer = (async () => {
        while (writing) await write(source!, round++);
      })();
      for (const tag of TAGS) {
        const slot = keySlot(Buffer.from(tag));
        const owner = await source.ownerOf(slot);
        const to = source.members.find(({ id }) => id !== owner.id)!;
        await source.moveSlot(slot, to);
      }
      await eventually('all slots have come', () =>
        Promise.resolve(task.told.filter((text) => text.includes('have come to this shard')).length >= 1),
      );
      writing = false;
      await writer;
      const after = task.phases.length;
      await write(source, round);
      await eventually('in step again', () =>
        Promise.resolve(task.phases.slice(after).includes('in-step') || task.phases.at(-1) === 'in-step'),
      );
      task.run.stop('drain');
      const outcome = await task.outcome;
      const left = await content(
        NAMES,
        (key) => source!.client.lrange(key, 0, -1),
        (key) => source!.client.get(key),
      );
      const client = target?.client();
      const right = client
        ? await content(
            NAMES,
            (key) => client.lrange(key, 0, -1),
            (key) => client.get(key),
          )
        : await content(
            NAMES,
            (key) => targets!.client.lrange(key, 0, -1),
            (key) => targets!.client.get(key),
          );
      expect(right).toEqual(left);
      expect(outcome.fullCopies).toBe(1);
    });
});

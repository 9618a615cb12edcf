import { afterEach, expect, it } from 'vitest';
import { readParts } from '../../electron/engine/checkpoint/read-parts.ts';
import { laneKey } from '../../electron/engine/checkpoint/lane-index.ts';
import { parseInfo } from '../../electron/engine/control/info.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startTaskRun } from '../support/task-run.ts';

let source: TestCluster | undefined;
let target: TestCluster | undefined;

afterEach(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
  source = target = undefined;
});

const SLOT = keySlot(Buffer.from('a'));
const NAMES = Array.from({ length: 50 }, (_, i) => `{a}${i}`);

it('slots whose keys a node of the target has lost with its last writes are brought again', async () => {
  [source, target] = await Promise.all([startCluster(), startCluster({ primaries: 2 })]);
  const from = source;
  const to = target;
  for (const name of NAMES) await from.client.set(name, '1');
  const first = startTaskRun(from.url, to.url, { until: 'stopped' });
  await first.reached('in-step');
  const owner = await from.ownerOf(SLOT);
  const next = from.members.find(({ id }) => id !== owner.id)!;
  await from.moveSlot(SLOT, next);
  // After this place nothing of the stream tells of the keys.
  const moved = Number(parseInfo(await next.client.info('replication')).get('master_repl_offset'));
  await eventually('the slot has come', async () => {
    const home = await to.ownerOf(keySlot(Buffer.from('tasks')));
    const parts = await readParts(home.client, 'test');
    return (
      parts.filter(({ checkpoint }) => checkpoint.slots?.has(SLOT)).length === 1 && first.told.some(isArrival)
    );
  });
  first.run.stop('drain');
  await first.outcome;
  const home = await to.ownerOf(keySlot(Buffer.from('tasks')));
  const part = (await readParts(home.client, 'test')).find(({ checkpoint }) => checkpoint.slots?.has(SLOT))!;
  const { generation, lanes } = part.checkpoint.lanes!;
  const { tag } = lanes.find(({ slots }) => SlotSet.of(slots).has(SLOT))!;
  // As that node would come back from a log that ends before the keys were written.
  await to.client.hset(laneKey(part.name, { generation, tag }), 'offset', moved);
  for (const name of NAMES) await to.client.del(name);
  const second = startTaskRun(from.url, to.url, { until: 'stopped' });
  await second.reached('in-step');
  second.run.stop('drain');
  expect((await second.outcome).fullCopies).toBe(0);
  const there = await Promise.all(NAMES.map((name) => to.client.get(name)));
  expect(there.filter((value) => value === '1')).toHaveLength(NAMES.length);
});

const isArrival = (text: string): boolean =>
  text.includes('have come to this shard of the source, are brought');

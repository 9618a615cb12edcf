/** What a page asks about keys that differ: their values, to be copied again or removed, to be compared again. Engines are processes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ComparisonState } from '../../shared/contract/api.ts';
import type { RepairKind, RepairState } from '../../shared/model/key-repair.ts';
import { BackendBench } from '../support/backend/backend-bench.ts';
import { fillDraft } from '../support/backend/fill-draft.ts';
import { ForkedEngines } from '../support/backend/forked-engines.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

let source: RedisProcess;
let target: RedisProcess;
let engines: ForkedEngines;
let bench: BackendBench;

beforeEach(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  engines = new ForkedEngines();
  bench = await new BackendBench(engines.start).start();
});
afterEach(async () => {
  await bench.remove();
  await Promise.all([source.stop(), target.stop()]);
});

const base64 = (name: string | Buffer): string => Buffer.from(name).toString('base64');

async function startedTask(): Promise<string> {
  const draft = await fillDraft(bench, { sourcePort: source.port, targetPort: target.port });
  const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
  const id = taskIds[0]!;
  await bench.ask('task.start', { id });
  await bench.until(id, 'in step', ({ phase }) => phase === 'in-step');
  return id;
}

async function compared(id: string): Promise<ComparisonState> {
  await bench.ask('comparison.start', { id });
  let state = await bench.ask('comparison.state', { id });
  await eventually('compared', async () => {
    state = await bench.ask('comparison.state', { id });
    return state.status === 'done';
  });
  return state;
}

async function repaired(id: string, kind: RepairKind): Promise<RepairState> {
  await bench.ask('task.repair', { id, kind });
  let state = await bench.ask('task.repairState', { id });
  await eventually('it is done', async () => {
    state = await bench.ask('task.repairState', { id });
    return state.status === 'done';
  });
  return state;
}

it('from a difference to its values, copied again, removed, checked again, and equal', async () => {
  const from = source.client();
  const to = target.client();
  const odd = Buffer.from([0xff, 0x00, 0x5c, 0x78]);
  const long = `long:${'n'.repeat(300)}`;
  await from.hset('order:1', { state: 'paid', total: '10' });
  for (const key of [odd, long, 'gone']) await from.set(key, 'here');
  const id = await startedTask();
  await eventually('it is there', async () => (await to.get(long)) === 'here');
  await to.hset('order:1', { state: 'open' });
  await to.mset(odd, 'by hand', long, 'by hand', 'extra:1', 'x', 'extra:2', 'x');
  await to.del('gone');

  const found = await compared(id);
  expect(found.report).toMatchObject({ differencesTotal: 6, equal: false });
  const kept = found.report!.differences.find(({ key }) => key.startsWith('long:'))!;
  expect(Buffer.from(kept.keyBase64!, 'base64').toString()).toBe(long);

  const reading = await bench.ask('key.read', { id, db: 0, key: base64('order:1'), differing: true });
  expect(reading.rows.map(({ name, source: here, target: there }) => [name, here, there].map(text))).toEqual([
    ['state', 'paid', 'open'],
  ]);

  const copied = await repaired(id, 'copy');
  expect(copied).toMatchObject({ total: 4, left: 0, counts: { copied: 4 } });
  expect(await to.hget('order:1', 'state')).toBe('paid');
  expect([await to.get(odd), await to.get(long), await to.get('gone')]).toEqual(['here', 'here', 'here']);
  const checked = await bench.ask('comparison.recheck', { id });
  expect(checked.report).toMatchObject({ differencesTotal: 2, equal: false });
  expect(checked.report!.differences.map(({ key }) => key).toSorted()).toEqual(['extra:1', 'extra:2']);

  // One of them has come to the source meanwhile, so it is not removed.
  await from.set('extra:2', 'of the source');
  await eventually('it has come', async () => (await to.get('extra:2')) === 'of the source');
  const removed = await repaired(id, 'remove');
  expect(removed.counts).toEqual({ removed: 1, 'on-source': 1 });
  expect(await to.exists('extra:1')).toBe(0);
  const after = await bench.ask('comparison.recheck', { id });
  expect(after.report).toMatchObject({ differencesTotal: 0, equal: true, differences: [] });
  expect(after.recheckedAtMs).toBeGreaterThan(after.endedAtMs!);
  expect((await bench.task(id)).compared).toMatchObject({ equal: true, differences: 0 });
  // And it is kept so.
  const again = await bench.ask('comparison.read', { id, startedAtMs: after.startedAtMs! });
  expect(again.report).toMatchObject({ differencesTotal: 0 });

  const log = (await bench.log(id)).join('\n');
  expect(log).toContain('Asked: 4 keys to be copied again');
  expect(log).toContain('As asked for: 4 keys copied again from the source');
  expect(log).toContain('As asked for: 1 key removed from the target, since the source does not have it');

  await bench.ask('task.pause', { id });
  const keys = [{ db: 0, key: base64('order:1') }];
  await expect(bench.ask('task.repair', { id, kind: 'copy', keys })).rejects.toMatchObject({
    code: 'TASK_STATE',
    message: expect.stringContaining('resume it first') as string,
  });
  await bench.ask('task.resume', { id });
  await bench.ask('task.stop', { id });
  await bench.until(id, 'stopped', ({ state }) => state === 'stopped');
  await expect(bench.ask('task.repair', { id, kind: 'copy', keys })).rejects.toMatchObject({
    message: expect.stringContaining('start it first') as string,
  });
});

const text = (cell: { readonly base64: string } | null): string | null =>
  cell && Buffer.from(cell.base64, 'base64').toString();

/**
 * What a part of a task writes, counts and removes on a target is what lies in its slots. The source is one server, of which each part
 * brings some slots: it has the keys of the others as well, as a target has those of other parts.
 */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../electron/engine/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { removeParts } from '../../electron/engine/claim/former-parts.ts';
import { readOwnCheckpoint } from '../../electron/engine/target/owner.ts';
import { beginTogether, noteHandOverOf } from '../../electron/engine/target/parts-handed-over.ts';
import type { PartGround, TaskPart } from '../../electron/engine/source/task-part.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { startRun, taskSpec, type SyncRun } from '../support/sync-run.ts';

const KEYS = Array.from({ length: 600 }, (_, i) => `k${i}`);
const slots = (first: number, last: number): SlotSet => SlotSet.of([{ first, last }]);
const LOW = slots(0, 8191);
const HIGH = slots(8192, 16_383);
const MIDDLE = slots(6000, 8191);
const within = (some: SlotSet): string[] => KEYS.filter((key) => some.hasKey(Buffer.from(key))).toSorted();
const LIBRARY = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
    startRedis(),
  ]);
  [a, b] = [source.client(), target.client()];
});
afterAll(() => Promise.all([source?.stop(), target?.stop()]));
beforeEach(async () => {
  await Promise.all([a.flushall(), b.flushall(), a.function('FLUSH'), b.function('FLUSH')]);
  await a.mset(Object.fromEntries(KEYS.map((key) => [key, 'v'])));
});

const PART: TaskPart = { slots: LOW, leads: true, begun: false };

const start = (number: number, part: Partial<PartGround> = {}, spec: Partial<TaskSpec> = {}): SyncRun =>
  startRun(source.url, target.url, { task: `orders ${number}`, ...spec }, undefined, {
    part: { ...PART, ...part },
  });

/** Runs a part until it is in step, and hands it over. @returns what it has told */
async function bring(...run: Parameters<typeof start>): Promise<SyncRun> {
  const begun = start(...run);
  await begun.outcome;
  return begun;
}

const LOW_PART = { slots: LOW };
const HIGH_PART = { slots: HIGH, leads: false, begun: true };

async function bringBoth(spec: Partial<TaskSpec> = {}): Promise<void> {
  await bring(1, LOW_PART, spec);
  await bring(2, HIGH_PART, spec);
}

const read = async (number: number): Promise<Checkpoint> => (await readCheckpoint(b, `orders ${number}`))!;
const standing = async (): Promise<string[]> =>
  (await b.keys('*')).filter((key) => !key.startsWith('lockstep:')).toSorted();
const copies = async (run: SyncRun): Promise<number> => (await run.outcome).fullCopies;
const handOverAll = async (): Promise<void> =>
  noteHandOverOf(
    [b],
    [
      { task: 'orders 1', checkpoint: await read(1) },
      { task: 'orders 2', checkpoint: await read(2) },
    ],
  );

describe('a first copy', () => {
  it('has the keys of the part’s slots, and says so', async () => {
    await a.del('k3');
    const run = await bring(1, LOW_PART);
    expect((await run.outcome).keysCopied).toBe(within(LOW).filter((key) => key !== 'k3').length);
    expect(await standing()).toEqual(within(LOW).filter((key) => key !== 'k3'));
    expect((await read(1)).slots?.toString()).toBe('0-8191');
    await bring(2, HIGH_PART);
    await expectEqual(source, target);
    expect((await read(2)).slots?.toString()).toBe('8192-16383');
  });

  it('refuses a target with keys', async () => {
    await b.set('theirs', 'v');
    await expect(bring(1, LOW_PART)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(await b.keys('*')).toEqual(['theirs']);
  });

  it('writes nothing where the target went back to before what it had of its own was noted', async () => {
    await b.set('theirs', 'v');
    const allClaimed = async () => ({ kept: true, keptSlots: undefined, keptLibraries: [] });
    const run = bring(1, { ...LOW_PART, allClaimed }, { existing: 'overwrite' });
    await expect(run).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
    expect(await standing()).toEqual(['theirs']);
  });

  it('takes nothing for the target’s own that a run has brought which began at the same moment', async () => {
    await bring(2, { slots: HIGH, leads: false });
    await expect(bring(1, LOW_PART)).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
  });

  it('has the function libraries where the part leads, and touches none where another does', async () => {
    await a.function('LOAD', LIBRARY);
    await bring(2, { slots: HIGH, leads: false });
    expect(await b.function('LIST')).toEqual([]);
    await bring(1, { slots: LOW, begun: true });
    expect(await b.function('LIST')).toHaveLength(1);
    // What the one that does not lead knows of its source is no reason to remove any.
    await a.function('FLUSH');
    await bring(2, { slots: slots(8000, 16_383), leads: false, begun: true });
    expect(await b.function('LIST')).toHaveLength(1);
  });

  it('refuses libraries that stand there where it would bring them', async () => {
    await b.function('LOAD', LIBRARY);
    await bring(2, { slots: HIGH, leads: false });
    await b.flushall();
    await expect(bring(1, LOW_PART)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
  });

  it('without a stream is complete beside the others, and no other has written since', async () => {
    await bringBoth({ fullOnly: true });
    await expectEqual(source, target);
    await handOverAll();
    const [one, two] = [await read(1), await read(2)];
    expect([one, two]).toMatchObject([
      { state: 'complete', active: false },
      { state: 'complete', active: false },
    ]);
    expect(one.handedOver).toBe(two.handedOver);
    // Another copy takes the place of the first one, though a part has lost most of its keys.
    await a.del(...within(LOW).slice(5));
    await a.set('new', 'v');
    expect(await beginTogether([b], ['orders 1', 'orders 2'])).toBe('none');
    await bring(1, { ...LOW_PART, begun: true }, { fullOnly: true, allowShrinkPercent: 100 });
    await bring(2, HIGH_PART, { fullOnly: true });
    await expectEqual(source, target);
  });
});

describe('a part that goes on', () => {
  beforeEach(() => bringBoth());

  it('does so with the slots that it had', async () => {
    await a.set('k1', 'w');
    const runs = [await bring(1, { ...LOW_PART, begun: true }), await bring(2, HIGH_PART)];
    expect(await Promise.all(runs.map(copies))).toEqual([0, 0]);
    await expectEqual(source, target);
  });

  it('gives way to a run that has claimed it before it was begun anew, and not to what the target was before', async () => {
    const left = await read(1);
    await bring(1, { ...LOW_PART, begun: true });
    await expect(bring(1, { ...LOW_PART, begun: true, left })).rejects.toMatchObject({
      code: 'TARGET_TAKEN_OVER',
    });
    const { owner, epoch } = left;
    await b.hset('lockstep:{tasks}:checkpoint:orders 1', { owner: 'somebody', epoch });
    expect(await copies(await bring(1, { ...LOW_PART, begun: true, left: { ...left, owner } }))).toBe(0);
  });

  it('is taken off the target by nobody who has been passed over', async () => {
    const left = await read(1);
    await bring(1, { ...LOW_PART, begun: true });
    const spec = taskSpec(source.url, target.url, { task: 'orders' });
    await expect(removeParts(systemWorld, spec, [1], new Map([[1, left]]))).rejects.toMatchObject({
      code: 'TARGET_TAKEN_OVER',
    });
    expect((await read(1)).slots?.toString()).toBe('0-8191');
    const own = await read(1);
    // It has claimed it before, and not heard of that.
    await b.hincrby('lockstep:{tasks}:checkpoint:orders 1', 'epoch', 1);
    await removeParts(systemWorld, spec, [1], new Map([[1, own]]));
    expect(await b.exists('lockstep:{tasks}:checkpoint:orders 1')).toBe(0);
  });

  it('does so with fewer of them, and lets go of the others', async () => {
    const less = LOW.without(MIDDLE);
    for (const key of KEYS) await a.set(key, 'w');
    expect(await copies(await bring(1, { slots: less, begun: true }))).toBe(0);
    expect((await read(1)).slots?.toString()).toBe('0-5999');
    for (const key of within(less)) expect(await b.get(key)).toBe('w');
    for (const key of within(MIDDLE)) expect(await b.get(key)).toBe('v');
  });

  it('does not where it has lost them in the target’s own past', async () => {
    const before = await b.hgetall('lockstep:{tasks}:checkpoint:orders 2');
    await bring(1, { slots: LOW.without(MIDDLE), begun: true });
    const run = start(
      2,
      { ...HIGH_PART, slots: SlotSet.where((slot) => slot >= 6000) },
      { until: 'stopped' },
    );
    await run.reached('in-step');
    expect((await read(2)).slots?.toString()).toBe('6000-16383');
    // Another master of the target has taken over, that had not heard of it.
    const { owner, epoch } = await read(2);
    await b.hset('lockstep:{tasks}:checkpoint:orders 2', { ...before, owner, epoch });
    await b.call('CLIENT', 'KILL', 'TYPE', 'normal');
    await expect
      .poll(() => run.phases.filter((phase) => phase === 'receiving').length, { timeout: 20_000 })
      .toBe(2);
    expect(run.told.join('\n')).toContain('slots 6000-8191 have come to this shard of the source');
    run.session.stop('now');
    await run.outcome.catch(() => undefined);
  });
});

describe('a part to which slots have come', () => {
  beforeEach(() => bringBoth());

  it('makes a new copy, once that is here whole, in place of what stands in its slots alone', async () => {
    await bring(1, { slots: LOW.without(MIDDLE), begun: true });
    const [gone] = within(MIDDLE);
    await a.del(gone!);
    // Of slots that are the other part's.
    const [theirs] = within(slots(0, 5999));
    await b.set(theirs!, 'as they have it');
    const run = await bring(2, { ...HIGH_PART, slots: SlotSet.where((slot) => slot >= 6000) });
    expect(run.told.join('\n')).toContain('slots 6000-8191 have come to this shard of the source');
    expect(run.phases).toContain('receiving');
    expect(run.told.join('\n')).toContain('1 key of the earlier copy');
    expect(await b.exists(gone!)).toBe(0);
    expect(await b.get(theirs!)).toBe('as they have it');
    expect((await read(2)).slots?.toString()).toBe('6000-16383');
    expect(await standing()).toEqual(KEYS.filter((key) => key !== gone).toSorted());
  });

  it('does the same where it is new', async () => {
    await bring(1, { slots: LOW.without(MIDDLE), begun: true });
    const [gone] = within(MIDDLE);
    await a.del(gone!);
    const run = await bring(3, { slots: MIDDLE, leads: false, begun: true });
    expect(run.phases).toContain('receiving');
    expect(await b.exists(gone!)).toBe(0);
    await expectEqual(source, target);
  });

  it('vouches for what it kept until it writes', async () => {
    const wanted = SlotSet.where((slot) => slot >= 6000 && slot < 16_000);
    let claimed = '';
    const allClaimed = async (): Promise<undefined> => {
      claimed = String((await read(2)).slots);
      return undefined;
    };
    await bring(2, { ...HIGH_PART, slots: wanted, allClaimed });
    expect(claimed).toBe('8192-15999');
    expect((await read(2)).slots?.toString()).toBe('6000-15999');
  });

  it('asks before it removes most of its keys, of which others have as many', async () => {
    const own = within(HIGH);
    await a.del(...own.slice(10));
    const run = bring(2, { ...HIGH_PART, slots: SlotSet.where((slot) => slot >= 8000) });
    const inSlots = KEYS.filter((key) => SlotSet.where((slot) => slot >= 8000).hasKey(Buffer.from(key)));
    await expect(run).rejects.toMatchObject({
      code: 'COPY_WOULD_REMOVE',
      message: expect.stringContaining(
        `the target ${inSlots.length} keys of the task, and ${own.length - 10} keys of them`,
      ),
    });
    expect(await standing()).toHaveLength(KEYS.length);
  });
});

describe('a target that was handed over', () => {
  const come = { ...HIGH_PART, slots: SlotSet.where((slot) => slot >= 6000) };
  beforeEach(async () => {
    await bringBoth();
    await handOverAll();
  });

  it('and that others have written to since is not replaced, by a part that is new neither', async () => {
    await b.set(`{${within(HIGH)[0]}}`, 'v');
    expect(await beginTogether([b], ['orders 1', 'orders 2'])).toBe('some');
    const handedOver = { code: 'TARGET_HANDED_OVER' };
    await expect(bring(3, { ...come, slots: MIDDLE })).rejects.toMatchObject(handedOver);
    await expect(bring(2, come, { existing: 'overwrite' })).rejects.toMatchObject(handedOver);
    expect(await standing()).toHaveLength(KEYS.length + 1);
    // A new part in whose slots nothing stands has nothing to ask about.
    await b.del(...within(MIDDLE));
    await bring(3, { ...come, slots: MIDDLE });
  });

  it('and that nobody has written to since is', async () => {
    expect(await beginTogether([b], ['orders 1', 'orders 2'])).toBe('none');
    await bring(1, { slots: LOW.without(MIDDLE), begun: true });
    await bring(2, come);
    await expectEqual(source, target);
  });
});

it('a part whose checkpoint is gone begins anew beside the keys of others, and not over its own', async () => {
  await bringBoth();
  const ours = await read(2);
  await b.del('lockstep:{tasks}:checkpoint:orders 2');
  await expect(readOwnCheckpoint(b, 'orders 2', ours)).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
  await b.del(...within(HIGH));
  expect(await readOwnCheckpoint(b, 'orders 2', ours)).toBeUndefined();
});

/** What a target held before a task with parts: noted once, for all of them, under their claims alone. */
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkpointKey, keptKeysKey, type Checkpoint } from '../../electron/engine/checkpoint/checkpoint.ts';
import { claimCheckpoint, readCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import { partName } from '../../electron/engine/checkpoint/task-parts.ts';
import { forgetNames, noteNames } from '../../electron/engine/claim/note-names.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import type { OwnedPart } from '../../electron/engine/target/parts-handed-over.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { taskSpec } from '../support/sync-run.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

const NONE = SlotSet.of([]);
const KEPT = keptKeysKey('orders');

let server: RedisProcess;
let redis: Redis;
let spec: TaskSpec;
const warnings: string[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  spec = taskSpec('redis://127.0.0.1:1', server.url, { task: 'orders', existing: 'overwrite' });
});
afterAll(() => server?.stop());
afterEach(async () => {
  warnings.length = 0;
  await redis.select(0);
  await redis.flushall();
});

const name = (number: number): string => partName({ task: 'orders', number });

/** Of a part: a claim alone, or what it says that has written. */
async function claimed(number: number, owner: string, more: Partial<Checkpoint> = {}): Promise<OwnedPart> {
  const bare = { state: 'copying', replid: '', offset: 0, verified: 0, slots: NONE, epoch: 0 } as const;
  const decide = (): Checkpoint => checkpointWith({ ...bare, ...more });
  return {
    task: name(number),
    checkpoint: await claimCheckpoint(redis, name(number), owner, decide, 'allow'),
  };
}

const note = (parts: readonly OwnedPart[], goOn = (): void => undefined, more: Partial<TaskSpec> = {}) =>
  noteNames(systemWorld, {
    spec: { ...spec, ...more },
    parts,
    events: { warning: (text) => warnings.push(text) },
    goOn,
  });

const said = async (number: number): Promise<unknown> => {
  const { kept, keptLibraries } = (await readCheckpoint(redis, name(number)))!;
  return { kept, keptLibraries };
};
const both = (): Promise<OwnedPart[]> => Promise.all([claimed(1, 'run-1'), claimed(2, 'run-1')]);

describe('what a target held before a task with parts', () => {
  it('is noted by its names, and in each claim', async () => {
    await redis.mset('a', 1, 'b', 2);
    await redis.select(3);
    await redis.set('c', 3);
    await redis.select(0);
    await redis.call(
      'FUNCTION',
      'LOAD',
      `#!lua name=mine\nredis.register_function('f', function() return 1 end)`,
    );
    const parts = await both();
    expect(await note(parts)).toMatchObject({ kept: true, keptLibraries: ['mine'] });
    expect((await redis.smembers(KEPT)).toSorted()).toEqual(['a', 'b']);
    await redis.select(3);
    expect(await redis.smembers(KEPT)).toEqual(['c']);
    await redis.select(0);
    for (const number of [1, 2]) {
      expect(await said(number)).toEqual({ kept: true, keptLibraries: ['mine'] });
      // A release that would look for names of each part refuses it.
      expect(await redis.hget(checkpointKey(name(number)), 'format')).toBe('5');
    }
    expect(warnings).toHaveLength(2);
    await redis.call('FUNCTION', 'FLUSH');
  });

  it('is nothing where nothing stands, nor looked for where nothing is to be overwritten', async () => {
    const parts = await both();
    const nothing = { kept: false, keptLibraries: [] };
    expect(await note(parts)).toMatchObject(nothing);
    await redis.set('a', 1);
    expect(await note(parts, undefined, { existing: 'fail' })).toMatchObject(nothing);
    expect(await redis.exists(KEPT)).toBe(0);
    expect(await said(1)).toEqual(nothing);
  });

  it('is not noted any more by a run that another one has passed over', async () => {
    await redis.set('mine', 1);
    const parts = await both();
    await claimed(2, 'run-2');
    await expect(note(parts)).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
    expect(await redis.exists(KEPT)).toBe(0);
  });

  it('gets no name of what another run brings that takes a part over in the middle', async () => {
    await redis.eval(`for i = 1, 30000 do redis.call('SET', 'own:' .. i, i) end`, 0);
    const parts = await both();
    const other = server.client();
    // Between two of its pages: with the second look at the claims.
    const monitor = await server.client().monitor();
    let taken: Promise<unknown> | undefined;
    monitor.on('monitor', (_, [command]: string[]) => {
      if (String(command).toLowerCase() !== 'sadd' || taken) return;
      taken = claimCheckpoint(other, name(1), 'run-2', (now) => now!, 'allow').then(() =>
        other.set('brought', 1),
      );
    });
    await expect(note(parts)).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
    monitor.disconnect();
    await taken;
    expect(await redis.sismember(KEPT, 'brought')).toBe(0);
    expect(await redis.scard(KEPT)).toBeLessThan(30_000);
    for (const number of [1, 2]) expect(await said(number)).toMatchObject({ kept: false });
  });

  it('is what parts say that have written there, to which nothing is added', async () => {
    await redis.mset('brought', 1, 'mine', 2);
    await redis.sadd(KEPT, 'mine');
    const parts = [
      await claimed(1, 'run-1'),
      await claimed(2, 'run-1', { state: 'streaming', replid: 'a'.repeat(40), offset: 9, kept: true }),
    ];
    expect(await note(parts)).toMatchObject({ kept: true });
    expect(await redis.smembers(KEPT)).toEqual(['mine']);
    expect(await said(1)).toMatchObject({ kept: true });
  });

  it('is forgotten once no part stands there any more', async () => {
    await redis.set('mine', 1);
    const [one, two] = await both();
    await note([one!, two!]);
    await forgetNames(systemWorld, spec, []);
    expect(await redis.exists(KEPT)).toBe(1);
    await redis.hdel('lockstep:{tasks}', name(1), name(2));
    await redis.del(checkpointKey(name(1)));
    // One that the index does not name any more.
    await forgetNames(systemWorld, spec, []);
    expect(await redis.exists(KEPT)).toBe(1);
    await redis.del(checkpointKey(name(2)));
    await forgetNames(systemWorld, spec, []);
    expect(await redis.keys('lockstep:*')).toEqual([]);
    expect(await redis.get('mine')).toBe('1');
  });
});

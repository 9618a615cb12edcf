/** Whether others have written to a target that the parts of a task have handed over, each of which writes there itself. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  checkpointFields,
  checkpointKey,
  type Checkpoint,
} from '../../electron/engine/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import { guardingServer } from '../../electron/engine/checkpoint/guarded-node.ts';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import { handOver } from '../../electron/engine/target/hand-over.ts';
import { noteOwnClaim, writesSinceHandOver } from '../../electron/engine/target/handed-over.ts';
import { beginTogether, noteHandOverOf } from '../../electron/engine/target/parts-handed-over.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { WritesSince } from '../../electron/engine/control/write-mark.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

const NAMES = ['orders 1', 'orders 2', 'orders 3'];

let target: RedisProcess;
let b: Redis;
/** Of the run. */
let redis: Redis;

beforeAll(async () => {
  target = await startRedis();
  [b, redis] = [target.client(), target.client()];
});
afterAll(() => target?.stop());
beforeEach(async () => {
  await b.flushall();
  for (const name of NAMES) await store(name, {});
});

const store = (name: string, some: Partial<Checkpoint>): Promise<unknown> =>
  b.hmset(checkpointKey(name), ...checkpointFields(checkpointWith(some)));

const read = async (name: string): Promise<Checkpoint> => (await readCheckpoint(redis, name))!;

async function handOverPart(task: string): Promise<void> {
  await handOver({
    ...{ clock: systemWorld.clock, redis, others: [], guarding: guardingServer(redis, task), task },
    ...{ checkpoint: await read(task), databases: new DatabaseChoice(undefined), scripts: true },
  });
}

/** As a run does at its end. */
async function handOverAll(): Promise<void> {
  for (const name of NAMES) await handOverPart(name);
  await noteAll();
}

const noteAll = async (): Promise<void> =>
  noteHandOverOf(
    [redis],
    await Promise.all(NAMES.map(async (task) => ({ task, checkpoint: await read(task) }))),
  );

const since = async (): Promise<WritesSince[]> => {
  const found: WritesSince[] = [];
  for (const name of NAMES) found.push(await writesSinceHandOver([redis], await read(name)));
  return found;
};

/** A part writes, and says in the same step that it does. */
const goOn = async (name: string): Promise<void> => {
  await b.mset('a', '1', 'b', '2');
  await b.hset(checkpointKey(name), 'handedOver', '', 'active', '1');
};

it('nobody else has, as long as nobody else has', async () => {
  await handOverAll();
  expect(await since()).toEqual(['none', 'none', 'none']);
  await b.set('theirs', 'v');
  expect(await since()).toEqual(['some', 'some', 'some']);
});

it('what the parts write once they have begun is nobody’s else, however the run ends', async () => {
  await handOverAll();
  expect(await beginTogether([redis], NAMES)).toBe('none');
  await goOn('orders 1');
  // Killed: the others had not gone on, and had not even claimed.
  expect(await since()).toEqual(['none', 'none', 'none']);
  expect(await beginTogether([redis], NAMES)).toBe('none');
  await goOn('orders 3');
  await handOverAll();
  expect(await since()).toEqual(['none', 'none', 'none']);
  await b.set('theirs', 'v');
  expect(await beginTogether([redis], NAMES)).toBe('some');
});

it('that others have written is kept by each part until it goes on, though the next one writes and is handed over', async () => {
  await handOverAll();
  await b.set('theirs', 'v');
  expect(await beginTogether([redis], NAMES)).toBe('some');
  await goOn('orders 2');
  expect(await since()).toEqual(['unknown', 'none', 'unknown']);
  await handOverAll();
  expect(await since()).toEqual(['unknown', 'none', 'unknown']);
  await b.set('theirs', 'w');
  expect(await since()).toEqual(['unknown', 'some', 'unknown']);
  expect(await beginTogether([redis], NAMES)).toBe('some');
});

it('a part that is claimed and comes to nothing is handed over as it was', async () => {
  await handOverAll();
  await beginTogether([redis], NAMES);
  const claimed = await read('orders 2');
  expect(await noteOwnClaim([redis], 'orders 2', claimed, 'none')).toEqual(claimed);
  await noteAll();
  expect(await since()).toEqual(['none', 'none', 'none']);
  await b.set('theirs', 'v');
  expect(await since()).toEqual(['some', 'some', 'some']);
});

it('a part that was cut off, and one that holds a part of a copy, are not handed over', async () => {
  await store('orders 3', { state: 'copying' });
  await handOverPart('orders 1');
  await noteAll();
  expect(await Promise.all(NAMES.map(async (name) => (await read(name)).handedOver))).toEqual([
    expect.stringMatching(/^[0-9a-f]{40}\/[0-9a-f]{40} \d+$/),
    '',
    '',
  ]);
  expect(await since()).toEqual(['none', 'none', 'none']);
});

it('nothing is noted of a part that another run has by now', async () => {
  for (const name of NAMES) await handOverPart(name);
  const parts = await Promise.all(NAMES.map(async (task) => ({ task, checkpoint: await read(task) })));
  await b.hset(checkpointKey('orders 3'), 'owner', 'another');
  await expect(noteHandOverOf([redis], parts)).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
  expect((await read('orders 1')).handedOver).toBe('=');
});

it('a part that was taken off the target is no hindrance to the others', async () => {
  for (const name of NAMES) await handOverPart(name);
  const parts = await Promise.all(NAMES.map(async (task) => ({ task, checkpoint: await read(task) })));
  await b.del(checkpointKey('orders 3'));
  await noteHandOverOf([redis], parts);
  expect(await writesSinceHandOver([redis], await read('orders 1'))).toBe('none');
  await b.set('theirs', 'v');
  expect(await writesSinceHandOver([redis], await read('orders 1'))).toBe('some');
});

it('a target without room for the note counts as one that others may have written to', async () => {
  for (const name of NAMES) await handOverPart(name);
  await b.config('SET', 'maxmemory', '1');
  try {
    await noteAll();
  } finally {
    await b.config('SET', 'maxmemory', '0');
  }
  expect(await since()).toEqual(['unknown', 'unknown', 'unknown']);
});

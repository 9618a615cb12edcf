import { beforeEach, expect, test } from 'vitest';
import { checkpointFields } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import type { ComparedSide } from '../../../../electron/engine/verify/compared-side.ts';
import { TargetProgress } from '../../../../electron/engine/verify/target-progress.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';

const REPLID = 'a'.repeat(40);
const KEY = Buffer.from('lockstep:{tasks}:checkpoint:t');

let nowMs: number;
let sourceOffset: number;
let taskOffset: number;
let looks: number;
let fault: Error | undefined;

beforeEach(() => {
  nowMs = 1000;
  sourceOffset = 500;
  taskOffset = 400;
  looks = 0;
  fault = undefined;
});

const source = {
  clock: { monotonicMs: () => nowMs },
  servers: () => [
    {
      call: async () => {
        looks += 1;
        return Buffer.from(`master_replid:${REPLID}\r\nmaster_repl_offset:${sourceOffset}\r\n`);
      },
    },
  ],
} as unknown as ComparedSide;

const target = {
  ownerOf: () => ({
    hashIn: async () => {
      if (fault) throw fault;
      return checkpointFields(checkpointWith({ replid: REPLID, offset: taskOffset })).map((word) =>
        Buffer.from(word),
      );
    },
  }),
} as unknown as ComparedSide;

const progressOf = (some: Parameters<typeof checkpointWith>[0] | undefined): TargetProgress =>
  new TargetProgress({
    ...{ source, target },
    tasks: some ? [{ key: KEY, checkpoint: checkpointWith({ replid: REPLID, ...some }) }] : [],
  });

async function lookAfter(progress: TargetProgress, ms: number): Promise<number> {
  nowMs += ms;
  await progress.look();
  return progress.caughtUpToMs;
}

test('nobody is waited for where no task follows the source', async () => {
  expect(await lookAfter(progressOf(undefined), 0)).toBe(Infinity);
  expect(await lookAfter(progressOf({ state: 'copying' }), 0)).toBe(Infinity);
  expect(looks).toBe(0);
});

test('what the source had when it was looked at has come once the task is as far', async () => {
  const progress = progressOf({});
  expect(await lookAfter(progress, 0)).toBe(-Infinity);
  sourceOffset = 900;
  taskOffset = 499;
  expect(await lookAfter(progress, 300)).toBe(-Infinity);
  taskOffset = 500;
  expect(await lookAfter(progress, 300)).toBe(1000);
  taskOffset = 900;
  expect(await lookAfter(progress, 300)).toBe(1900);
});

test('is looked at four times a second at most', async () => {
  const progress = progressOf({});
  taskOffset = 500;
  await lookAfter(progress, 0);
  await lookAfter(progress, 100);
  await lookAfter(progress, 100);
  expect(looks).toBe(1);
  await lookAfter(progress, 100);
  expect(looks).toBe(2);
});

test('a task that stands still is not waited for', async () => {
  const progress = progressOf({});
  await lookAfter(progress, 0);
  taskOffset = 401;
  await lookAfter(progress, 4000);
  expect(await lookAfter(progress, 4900)).toBe(-Infinity);
  expect(await lookAfter(progress, 300)).toBe(Infinity);
});

test('nor is one that is far behind', async () => {
  const progress = progressOf({});
  let caughtUpToMs = await lookAfter(progress, 0);
  for (let second = 1; second <= 60; second++) {
    taskOffset += 1;
    expect(caughtUpToMs).toBe(-Infinity);
    caughtUpToMs = await lookAfter(progress, 1000);
  }
  expect(await lookAfter(progress, 1000)).toBe(Infinity);
});

test('nor where the place of a task cannot be read', async () => {
  fault = new Error('gone');
  expect(await lookAfter(progressOf({}), 0)).toBe(Infinity);
});

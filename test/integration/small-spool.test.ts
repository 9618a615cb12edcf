import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryShare } from '../../electron/engine/pacing/memory-share.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun } from '../support/sync-run.ts';

const MB = 1024 * 1024;
const VALUES = 72;

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
    startRedis(),
  ]);
  const client = source.client();
  for (let i = 0; i < VALUES; i++) await client.set(`key:${i}`, randomBytes(MB));
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

test('a spool smaller than the snapshot makes the source wait, and the first copy is the only one', async () => {
  const run = startRun(source.url, target.url, {
    spoolMaxBytes: MB,
    maxBytesPerSecond: 2 * MB,
    until: 'stopped',
  });
  const waits = (): boolean => /The buffer is full .* the source waits/.test(run.told.join('\n'));
  await poll('the source waits', waits);
  run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
  await run.reached('in-step');
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ fullCopies: 1, keysCopied: VALUES });
  expect(run.told.filter((text) => /The buffer is full/.test(text))).toHaveLength(1);
  await expectEqual(source, target);
});

test('what stays in it for a target that goes back is no more than a part of its memory', async () => {
  const [a, b] = await Promise.all([startRedis(), startRedis()]);
  // As one of 20 feeds has it.
  const run = startRun(a.url, b.url, { spoolMaxBytes: MB, until: 'stopped' }, undefined, {
    memory: memoryShare(20),
  });
  await run.reached('in-step');
  const value = randomBytes(64 * 1024);
  const from = a.client();
  for (let i = 1; i <= 320; i++) {
    await from.set(`key:${i % 16}`, value);
    // So that what stays in it is all that it can be full of, however slow the machine is.
    if (i % 8 === 0) await from.wait(1, 30_000);
  }
  expect(run.faults).toEqual([]);
  run.session.stop('drain');
  await run.outcome;
  await expectEqual(a, b);
  await Promise.all([a.stop(), b.stop()]);
});

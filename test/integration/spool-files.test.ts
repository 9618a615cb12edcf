import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineChild } from '../support/engine-child.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, taskSpec } from '../support/sync-run.ts';

const MB = 1024 * 1024;
/** More than the spool keeps in memory. */
const VALUES = 64;
const CANARY = 'the card number of a customer is 4111 1111 1111 1111';

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let spoolDir: string;

beforeAll(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-spool-files-'));
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-backlog-size', '256mb', '--repl-diskless-sync-delay', '0'] }),
    startRedis(),
  ]);
  a = source.client();
  b = target.client();
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

const files = (): string[] =>
  readdirSync(spoolDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

const segments = (): string[] => files().filter((file) => statSync(file).size >= MB);

/** Writes to the source what a paused run can't keep in memory; `diskBytes` tells what of it lies on disk. */
async function writeMuch(diskBytes: () => number): Promise<void> {
  for (let i = 0; i < VALUES; i++) {
    const value = randomBytes(MB);
    for (let at = 0; at + CANARY.length < MB; at += 10_000) value.write(CANARY, at, 'latin1');
    await a.set(`customer:${i}`, value);
  }
  await poll('a part of it lies on disk', () => diskBytes() > 8 * MB);
}

test('what waits on disk tells nothing, is changed by nobody unseen, and ends with the run', async () => {
  await a.set('first', 'value');
  const run = startRun(source.url, target.url, { spoolDir, until: 'stopped' });
  await run.reached('in-step');
  run.session.pause();
  await writeMuch(() => run.session.sampler.metrics('paused').spool.diskBytes);

  expect(files().filter((file) => readFileSync(file).includes(CANARY))).toEqual([]);

  // A byte in the middle of each megabyte: whatever is read next is not what was written.
  for (const file of segments()) {
    const fd = openSync(file, 'r+');
    for (let at = MB / 2; at < statSync(file).size; at += MB / 4)
      writeSync(fd, Buffer.from('changed'), 0, 7, at);
    closeSync(fd);
  }
  run.session.resume();

  await expect(run.outcome).rejects.toMatchObject({ code: 'SPOOL_DAMAGED' });
  for (let i = 0; i < VALUES; i++) {
    const [there, value] = await Promise.all([b.getBuffer(`customer:${i}`), a.getBuffer(`customer:${i}`)]);
    if (there) expect(there.equals(value!)).toBe(true);
  }
  expect(readdirSync(spoolDir)).toEqual([]);

  const next = startRun(source.url, target.url, { spoolDir, until: 'caught-up' });
  expect(await next.outcome).toMatchObject({ reason: 'caught-up', fullCopies: 0 });
  await expectEqual(source, target);
});

test('what a killed run left there is removed by the next one', async () => {
  const engine = new EngineChild();
  await engine.until(({ type }) => type === 'ready');
  engine.start(taskSpec(source.url, target.url, { spoolDir, until: 'stopped' }));
  await poll('in step', () => engine.metrics?.phase === 'in-step');
  engine.send({ type: 'pause' });
  await poll('paused', () => engine.metrics?.phase === 'paused');
  await writeMuch(() => engine.metrics?.spool.diskBytes ?? 0);
  engine.kill();
  await engine.exited;
  expect(segments()).not.toEqual([]);
  expect(files().filter((file) => readFileSync(file).includes(CANARY))).toEqual([]);

  const next = startRun(source.url, target.url, { spoolDir, until: 'caught-up' });
  expect(await next.outcome).toMatchObject({ reason: 'caught-up', fullCopies: 0 });
  expect(readdirSync(spoolDir)).toEqual([]);
  await expectEqual(source, target);
});

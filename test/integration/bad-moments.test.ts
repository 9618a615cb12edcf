import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openControl } from '../../electron/engine/control/control-connection.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, startCli, type CliResult } from '../support/run-cli.ts';
import { expectEmpty, expectEqual, expectFailure } from '../support/sync-outcome.ts';
import { toldCopies } from '../support/told-copies.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

/** Servers that are not ready, a spool without room, an engine that is killed. */
const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-moments-'));
const tiny = path.join(dir, 'tiny');
const mounted = mountTiny();

afterEach(killLeftovers);

afterAll(() => {
  if (mounted) execFileSync('umount', [tiny]);
  rmSync(dir, { recursive: true, force: true });
});

/** A file system of 2 MB; only root on Linux may have one. */
function mountTiny(): boolean {
  mkdirSync(tiny);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', tiny], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const sync = (from: RedisProcess, to: RedisProcess, ...more: string[]): Promise<CliResult> =>
  runCli(['sync', '--source', from.url, '--target', to.url, ...more]);

describe('a server that is loading', () => {
  let slow: RedisProcess;
  let other: RedisProcess;

  beforeAll(async () => {
    // 5 ms a key: the server loads for four seconds and answers meanwhile.
    const delay = ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'];
    [slow, other] = await Promise.all([startRedis({ args: delay }), startRedis()]);
    const pipeline = slow.client().pipeline();
    for (let i = 0; i < 800; i++) pipeline.set(`key:${i}`, 'value');
    await pipeline.exec();
    await slow.client().save();
  });

  afterAll(async () => {
    await Promise.all([slow?.stop(), other?.stop()]);
  });

  it('is named, on either side, and a running task waits for it', async () => {
    const restarting = slow.restart();
    await eventually('the server loads', () =>
      openControl(systemWorld, 'source', parseEndpoint(slow.url)).then(
        (redis) => (redis.disconnect(), false),
        (error: unknown) => error instanceof LockstepError && error.code === 'SOURCE_LOADING',
      ),
    );
    const fact = /LOADING/;
    const [asSource, asTarget] = await Promise.all([sync(slow, other), sync(other, slow)]);
    expectFailure(asSource, { code: 'SOURCE_LOADING', exit: 3, fact });
    expectFailure(asTarget, { code: 'TARGET_LOADING', exit: 4, fact });
    await expectEmpty(other);
    await restarting;

    const run = startCli(['sync', '--source', slow.url, '--target', other.url, '--json']);
    await run.inStep();
    const again = slow.restart();
    await run.printed(/SOURCE_LOADING/);
    await again;
    await slow.client().set('after', 'the restart');
    // The key may come with a new full copy; only after that may the run be stopped.
    const checkpoint = `lockstep:{tasks}:checkpoint:127.0.0.1:${slow.port}`;
    const streams = async (): Promise<boolean> =>
      (await other.client().get('after')) !== null &&
      (await other.client().hget(checkpoint, 'state')) === 'streaming';
    await run.until(streams, 'the task goes on');
    expect((await run.end()).status).toBe(0);
    await expectEqual(slow, other);
  });
});

describe('a spool without room', () => {
  let source: RedisProcess;
  let target: RedisProcess;

  beforeAll(async () => {
    [source, target] = await Promise.all([
      startRedis({ args: ['--repl-backlog-size', '256mb'] }),
      startRedis(),
    ]);
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  it('in a folder that cannot be one is told before anything is written', async () => {
    const file = path.join(dir, 'file');
    writeFileSync(file, '');
    const result = await sync(source, target, '--buffer-dir', path.join(file, 'spool'));
    expectFailure(result, { code: 'SPOOL_DISK', exit: 5, fact: /no folder/ });
    await expectEmpty(target);
  });

  /** 70 MB of changes while the target does not answer: more than the spool keeps in memory. @returns what it told */
  async function outrun(...more: string[]): Promise<CliResult> {
    const a = source.client();
    const b = target.client();
    await a.flushall();
    await b.flushall();
    const args = ['--source', source.url, '--target', target.url, '--json'];
    const run = startCli(['sync', ...args, ...more]);
    await run.inStep();
    await b.client('PAUSE', 4000, 'ALL');
    for (let i = 0; i < 70; i++) {
      await a.set(`large:${i % 7}`, Buffer.alloc(1_000_000, i));
      await a.incr('counter');
    }
    await run.until(async () => (await b.get('counter')) === '70', 'the target holds what the source does');
    const ended = await run.end();
    await expectEqual(source, target);
    a.disconnect();
    b.disconnect();
    return ended;
  }

  atNight('by --buffer-max waits and goes on when the target does', async () => {
    const { status, stdout } = await outrun('--buffer-max', '1mb');
    expect(stdout).toContain('SPOOL_FULL');
    expect(status).toBe(0);
  });

  it.skipIf(!mounted)('on a full disk waits and goes on when the target does', async () => {
    const { status, stdout } = await outrun('--buffer-dir', tiny);
    expect(stdout).toMatch(/SPOOL_DISK.*no room left/);
    expect(status).toBe(0);
    expect(readdirSync(tiny)).toEqual([]);
  });
});

it('an engine that is killed ends the command line with advice, and the same command goes on', async () => {
  const [source, target] = await Promise.all([startRedis(), startRedis()]);
  try {
    const args = ['sync', '--source', source.url, '--target', target.url];
    const run = startCli(args);
    await run.printed(/In step/);
    await source.client().rpush('list', '1', '2', '3');
    process.kill(run.enginePid, 'SIGKILL');
    expectFailure(await run.exited, { code: 'ENGINE_DIED', exit: 70, fact: /a signal ended the engine/ });
    await source.client().rpush('list', '4');
    const next = await runCli([...args, '--until', 'caught-up']);
    expect(toldCopies(next.stderr)).toEqual([]);
    expect(next.status).toBe(0);
    await expectEqual(source, target);
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
});

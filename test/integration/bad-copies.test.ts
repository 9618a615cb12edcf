import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** A full copy whose servers change between two of its steps. */

let source: RedisProcess;
let target: RedisProcess;
let proxy: TcpProxy;
let a: Redis;
let b: Redis;
let spoolDir: string;
const runs: SyncRun[] = [];

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-copies-'));
  const args = ['--repl-backlog-size', '64mb', '--repl-diskless-sync-delay', '0'];
  [source, target] = await Promise.all([startRedis({ args }), startRedis()]);
  proxy = await startTcpProxy(target.port);
  a = source.client();
  b = target.client();
});

afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.session.stop('now');
    await run.outcome.catch(() => undefined);
  }
  await proxy.stop();
  await Promise.all([source.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

function start(spec: Partial<TaskSpec> = {}, onPhase?: Parameters<typeof startRun>[3]): SyncRun {
  const run = startRun(source.url, proxy.url, { spoolDir, until: 'caught-up', ...spec }, onPhase);
  runs.push(run);
  return run;
}

async function fill(keys: number): Promise<void> {
  const writes = a.pipeline();
  for (let i = 0; i < keys; i++) writes.set(`key:${i}`, `value ${i}`);
  await writes.exec();
}

const epoch = async (): Promise<number> => Number(await b.hget('lockstep:{tasks}:checkpoint:test', 'epoch'));

async function fullSyncs(): Promise<number> {
  return Number(/sync_full:(\d+)/.exec(await a.info('stats'))?.[1] ?? 0);
}

describe('a full copy', () => {
  it('is made anew when the target goes back to a part of it before its end is noted', async () => {
    await fill(6000);
    let restarted = 0;
    proxy.intercept = async (text, from) => {
      if (restarted > 0 || !/HMSET[^]*\nstreaming\r/i.test(text)) return true;
      restarted += 1;
      await target.kill();
      await target.restart();
      b = target.client();
      from.destroy();
      return false;
    };
    const run = start({ maxCommandsPerSecond: 6000 });
    await poll('a part of the keys', async () => (await b.dbsize()) > 1500);
    run.session.pause();
    await b.save();
    expect(await b.dbsize()).toBeLessThan(6000);
    run.session.resume();
    const outcome = await run.outcome;
    expect(restarted).toBe(1);
    expect(outcome.fullCopies).toBe(2);
    await expectEqual(source, target);
  });

  it('begins with the snapshot that came last, when the link broke while one was waited for', async () => {
    await fill(500);
    await start({ fullOnly: true }).outcome;
    await fill(3000);
    await a.config('SET', 'rdb-key-save-delay', '1000');
    let waits = 0;
    const run = start({ fullOnly: true }, (phase, session) => {
      if (phase === 'receiving' && ++waits === 1) session.pause();
    });
    await poll('the pause', () => run.phases.includes('paused'));
    await a.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await poll('the second snapshot', async () => /sync_full:3/.test(await a.info('stats')));
    await a.config('SET', 'rdb-key-save-delay', '0');
    run.session.resume();
    expect((await run.outcome).reason).toBe('full-copy');
    await expectEqual(source, target);
  }, 30_000);

  it('counts from its own snapshot, when the link broke while the target was connected to', async () => {
    await fill(2000);
    await a.set('counter', 0);
    await a.config('SET', 'rdb-key-save-delay', '1000');
    let held = 0;
    proxy.intercept = async (text) => {
      // The data connection says this with all that it begins with.
      if (held > 0 || !/SETNAME[^]*CLIENT\r\n\$2\r\nID/.test(text)) return true;
      held += 1;
      await a.incr('counter');
      const before = await fullSyncs();
      await a.call('CLIENT', 'KILL', 'TYPE', 'replica');
      await poll('another snapshot', async () => (await fullSyncs()) > before);
      await a.config('SET', 'rdb-key-save-delay', '0');
      return true;
    };
    const run = start();
    await run.outcome;
    expect(held).toBe(1);
    await expectEqual(source, target);
  });
});

describe('a claim of the target', () => {
  it('whose answer is lost is known again as our own, and not taken for another run', async () => {
    await fill(10);
    const run = start({ until: 'stopped' });
    await run.reached('in-step');
    const [before, owner] = [await epoch(), await b.hget('lockstep:{tasks}:checkpoint:test', 'owner')];
    let lost = 0;
    proxy.intercept = async (text, from) => {
      if (lost > 0 || !new RegExp(`HMSET[^]*\\nepoch\\r\\n\\$\\d+\\r\\n${before + 1}\\r`, 'i').test(text))
        return true;
      lost += 1;
      // What the proxy passes on is run; the answer finds nobody.
      proxy.mute.add(from);
      setTimeout(() => from.destroy(), 300);
      return true;
    };
    await b.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await poll('the claim', async () => lost > 0 && (await epoch()) > before);
    await a.set('after', 'the claim');
    await poll('the stream', async () => (await b.get('after')) === 'the claim');
    run.session.stop('drain');
    expect((await run.outcome).fullCopies).toBe(1);
    expect(run.faults).not.toContain('TARGET_TAKEN_OVER');
    expect(await b.hget('lockstep:{tasks}:checkpoint:test', 'owner')).toBe(owner);
    // The claim that was lost, and the one that was made in its place.
    expect(await epoch()).toBeGreaterThanOrEqual(before + 2);
    await expectEqual(source, target);
  }, 30_000);
});

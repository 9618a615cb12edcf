import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, startCli, type CliOptions } from '../support/run-cli.ts';
import { expectEqual } from '../support/sync-outcome.ts';

const SOURCE_SECRET = 'source/s3cret@ä%:x';
const TARGET_SECRET = 'target+s3cret#y?';

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([
    startRedis({ requirepass: SOURCE_SECRET }),
    startRedis({ requirepass: TARGET_SECRET }),
  ]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

afterEach(killLeftovers);

const bare = (server: RedisProcess): string => `redis://127.0.0.1:${server.port}`;

function expectNoSecret(text: string): void {
  for (const secret of [SOURCE_SECRET, TARGET_SECRET]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
  }
}

/** Runs a task, breaks its connections once, and looks wherever a password could have been left. @returns its status */
async function runAndLook(from: string, to: string, options: CliOptions): Promise<number | null> {
  const [a, b] = [source.client(), target.client()];
  await b.flushall();
  await a.set('key', 'value');
  const run = startCli(['sync', '--source', from, '--target', to], options);
  await run.printed(/In step/);
  for (const file of ['cmdline', 'environ']) {
    const path = `/proc/${run.enginePid}/${file}`;
    if (existsSync(path)) expectNoSecret(readFileSync(path, 'utf8'));
  }
  await a.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await b.call('CLIENT', 'KILL', 'TYPE', 'normal');
  await a.incr('counter');
  await run.until(async () => (await b.get('counter')) === (await a.get('counter')), 'it goes on');
  const ended = await run.end();
  expect(ended.stderr).toContain('trying again');
  expectNoSecret(ended.stdout + ended.stderr);
  const names = (await b.keys('lockstep:*')).sort();
  expect(names).toEqual(['lockstep:{tasks}', `lockstep:{tasks}:checkpoint:127.0.0.1:${source.port}`]);
  expectNoSecret(JSON.stringify([names, await b.hgetall(names[0]!), await b.hgetall(names[1]!)]));
  await expectEqual(source, target);
  return ended.status;
}

it('passwords in the environment are used and left nowhere', async () => {
  const env = { LOCKSTEP_SOURCE_PASSWORD: SOURCE_SECRET, LOCKSTEP_TARGET_PASSWORD: TARGET_SECRET };
  expect(await runAndLook(bare(source), bare(target), { env })).toBe(0);
  const compared = await runCli(['compare', '--source', bare(source), '--target', bare(target)], { env });
  expect(compared.status).toBe(0);
  expectNoSecret(compared.stdout + compared.stderr);
});

it('passwords in the addresses are used and left nowhere', async () => {
  expect(await runAndLook(source.url, target.url, {})).toBe(0);
});

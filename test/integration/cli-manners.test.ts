import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli } from '../support/run-cli.ts';
import { expectFailure } from '../support/sync-outcome.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const CLI = path.join(ROOT, 'dist/headless/cli.mjs');
/** 128 and the number of SIGPIPE, as a shell reports a program that it ended. */
const BROKEN_PIPE = 141;

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  await source.client().set('a', '1');
});

afterEach(killLeftovers);

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

/** Runs `lockstep args | reader` in a shell. @returns the status of the first, what the reader printed, and what was on stderr */
async function piped(
  args: readonly string[],
  reader: string,
): Promise<{ status: number; stdout: string; stderr: string }> {
  const script = `"$0" "$@" | ${reader}; exit \${PIPESTATUS[0]}`;
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-c', script, process.execPath, CLI, ...args],
      { timeout: 60_000 },
      (error, stdout, stderr) => resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Processes with this in their environment. */
function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

const both = (): string[] => ['--source', source.url, '--target', target.url];

describe('a reader that has had enough', () => {
  it('ends sync at its checkpoint, quietly, with the status of a broken pipe', async () => {
    const { status, stdout, stderr } = await piped(['sync', ...both(), '--json'], 'head -3');
    expect(stdout.trim().split('\n')).toHaveLength(3);
    expect(stderr).toBe('');
    expect(status).toBe(BROKEN_PIPE);
    const checkpoint = await target
      .client()
      .hgetall('lockstep:{tasks}:checkpoint:' + source.url.replace('redis://', ''));
    expect(checkpoint).toMatchObject({ state: 'streaming' });
  });

  it.each([
    [['compare'], true],
    [['release', '--json'], false],
    [['--help'], undefined],
  ] as const)('ends %j quietly', async ([name, ...more], withSource) => {
    const addresses = withSource === undefined ? [] : withSource ? both() : both().slice(2);
    const { status, stderr } = await piped([name, ...more, ...addresses], 'true');
    expect(stderr.replace(/^Comparing .*\n/, '')).toBe('');
    expect(status).toBe(BROKEN_PIPE);
  });
});

describe('the version', () => {
  it('is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    const { status, stdout } = await runCli(['--version']);
    expect(stdout).toBe(`${version}\n`);
    expect(status).toBe(0);
  });
});

describe('an error', () => {
  const secret = 'hunter2-secret';

  it.each([
    [['sync', '--soruce', 'h'], /Did you mean --source\?/],
    [['sync', `--password=${secret}`], /unknown option '--password=…'/],
    [[`redis://:${secret}@h`], /unknown command '…'/],
    [['compare', '--source', 'h', '--target', `redis://:${secret}@h`, '--target', 'j'], /--target.*twice/],
  ])('of %j names what is meant, and no value that may be a secret', async (args, fact) => {
    expectFailure(await runCli(args), { code: 'USAGE', exit: 2, fact, secrets: [secret] });
  });
});

describe('an address', () => {
  it.each([
    ['host and port', (server: RedisProcess) => `127.0.0.1:${server.port}`],
    ['a database', (server: RedisProcess) => `${server.url}/3`],
  ])('is taken as %s', async (name, of) => {
    await Promise.all([source.client().flushall(), target.client().flushall()]);
    const [a, b] = [source.client(), target.client()];
    await a.set('zero', '0');
    await a.select(3);
    await a.set('three', '3');
    const args = ['--source', of(source), '--target', of(target)];
    const synced = await runCli(['sync', ...args, '--until', 'caught-up']);
    expect(synced.status).toBe(0);
    const compared = await runCli(['compare', ...args, '--json']);
    expect(compared.status).toBe(0);
    const report = JSON.parse(compared.stdout) as { databases: { db: number }[] };
    const onlyThree = name === 'a database';
    expect(report.databases.map(({ db }) => db)).toEqual(onlyThree ? [3] : [0, 3]);
    expect(await b.get('zero')).toBe(onlyThree ? null : '0');
    await b.select(3);
    expect(await b.get('three')).toBe('3');
  });
});

describe('a command line that ends before its engine is used', () => {
  it('neither waits for the engine nor leaves it behind', async () => {
    const mark = `cli-manners-${randomUUID()}`;
    const { status } = await runCli(['sync', '--sorce', 'a'], { env: { MARK: mark } });
    expect(status).toBe(2);
    await expect.poll(() => processesWith(mark)).toEqual([]);
  });
});

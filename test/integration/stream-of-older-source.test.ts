import { mkdtempSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { command } from '../../electron/engine/protocol/resp/encode.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { framed, startFakeSource, type FakeSource } from '../support/fake-source.ts';
import { snapshot } from '../support/rdb/builder.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

/** A source of a version that cannot be had here, which sends what such a one does. */
let source: FakeSource;
let target: RedisProcess;
let client: Redis;
let spoolDir: string;
let run: SyncRun | undefined;

beforeAll(async () => {
  target = await startRedis();
  client = target.client();
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-older-'));
});
afterAll(async () => {
  await target.stop();
  rmSync(spoolDir, { recursive: true, force: true });
});
beforeEach(() => client.flushall());
afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  await source.stop();
});

/** Begins a task whose source sends an empty snapshot, then these commands. */
async function follow(
  version: string,
  commands: readonly (readonly string[])[],
  spec: Partial<TaskSpec> = {},
): Promise<SyncRun> {
  const stream = Buffer.concat(commands.map((words) => command(...words)));
  source = await startFakeSource(Buffer.concat([framed(snapshot(Buffer.alloc(0), 'REDIS0009')), stream]));
  source.version = version;
  run = startRun(source.url, target.url, { spoolDir, until: 'stopped', ...spec });
  return run;
}
const applied = (): Promise<void> => poll('the last command', async () => (await client.get('end')) === '1');
const END = ['SET', 'end', '1'];

describe('scripts that a source sends as they are', () => {
  it('end the task before they flush the target without consent, and what stood there stays', async () => {
    await client.set('mine', '1');
    const { outcome } = await follow(
      '6.2.14',
      [
        ['SELECT', '0'],
        ['SET', 'a', '1'],
        ['EVAL', "pcall(redis.call, 'FLUSHALL') redis.call('SET', 'b', 1)", '0'],
        END,
      ],
      { existing: 'overwrite' },
    );
    await expect(outcome).rejects.toMatchObject({
      code: 'FLUSH_NEEDS_CONSENT',
      message: expect.stringMatching(/^the script [0-9a-f]{40} of the source calls FLUSHALL$/) as string,
    });
    expect(await client.get('mine')).toBe('1');
    expect(await client.get('b')).toBeNull();
    const [verified, offset] = await client.hmget('lockstep:{tasks}:checkpoint:test', 'verified', 'offset');
    expect(Number(verified)).toBeLessThan(Number(offset));
  });

  it('are decided alike when they are too large for a window, and run with their arguments', async () => {
    const text = `redis.call('SET', KEYS[1], #ARGV[1]) --${'x'.repeat(300_000)}`;
    await follow('6.2.14', [['SELECT', '0'], ['EVAL', text, '1', 'k', 'v'.repeat(400_000)], END]);
    await applied();
    expect(await client.get('k')).toBe('400000');
    run!.session.stop('drain');
    await run!.outcome;
    await source.stop();
    const large = `redis.call('MIGRATE', '127.0.0.1', '1', 'k', 0, 10) --${'x'.repeat(300_000)}`;
    const { outcome } = await follow('6.2.14', [['SELECT', '0'], ['EVAL', large, '0'], END], {
      task: 'second',
      existing: 'overwrite',
    });
    await expect(outcome).rejects.toMatchObject({ code: 'SCRIPT_REFUSED' });
  });

  it.each([
    ['EVAL', "redis.call('SET', 'a', 1)", '0'],
    ['FCALL', 'set_a', '0'],
  ])('are refused from a source that says it is 7.0 or later: %s', async (...words) => {
    const load =
      "#!lua name=l\nredis.register_function('set_a', function() return redis.call('SET', 'a', 1) end)";
    await client.call('FUNCTION', 'LOAD', 'REPLACE', load);
    const { outcome } = await follow('7.0.15', [['SELECT', '0'], words, END], { existing: 'overwrite' });
    await expect(outcome).rejects.toMatchObject({ code: 'SCRIPT_REFUSED' });
    expect(await client.exists('a')).toBe(0);
    await client.call('FUNCTION', 'FLUSH');
  });

  it('are known by their hash over a broken connection, and by the run that comes after', async () => {
    const text = "return redis.call('INCR', KEYS[1])";
    const sha = createHash('sha1').update(text).digest('hex');
    await follow('6.2.14', [['SELECT', '0'], ['EVAL', text, '1', 'n'], END]);
    await applied();
    expect(await client.hget('lockstep:{tasks}:scripts:test', sha)).toBe(text);
    run!.session.stop('drain');
    await run!.outcome;
    const [replid, offset] = await client.hmget('lockstep:{tasks}:checkpoint:test', 'replid', 'offset');
    expect(replid).toBe('0123456789abcdef0123456789abcdef01234567');
    expect(Number(offset)).toBeGreaterThan(0);
    source.answer = `+CONTINUE ${replid}`;
    source.resumed = command('EVALSHA', sha, '1', 'n');
    run = startRun(source.url, target.url, { spoolDir, until: 'stopped' });
    await poll('the script by its hash', async () => (await client.get('n')) === '2');
  });
});

import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { taskSpecOf, type TaskFlags } from '../../../../electron/headless/cli/sync-options.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { taskSpecSchema } from '../../../../shared/model/task-spec.ts';

/** What the command line passes when only the addresses are given. */
const DEFAULTS: TaskFlags = {
  source: 'redis://a.example:6380',
  target: 'rediss://u:p@b.example',
  existing: 'fail',
  onFlush: 'stop',
  allowShrink: '50',
  functions: 'fail',
  until: 'stopped',
  retryFor: '720m',
  expirySlack: '60s',
  importMode: 'leave',
  sourceReadFrom: 'primaries',
  bufferMax: '8gb',
};

function refusal(flags: Partial<TaskFlags>, env: NodeJS.ProcessEnv = {}): LockstepError {
  try {
    taskSpecOf({ ...DEFAULTS, ...flags }, env);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('taskSpecOf', () => {
  it('fills in what is not given', () => {
    expect(taskSpecOf(DEFAULTS, {})).toEqual({
      task: 'a.example:6380',
      source: { host: 'a.example', port: 6380, user: undefined, password: undefined, tls: false, db: 0 },
      target: { host: 'b.example', port: 6379, user: 'u', password: 'p', tls: true, db: 0 },
      databases: undefined,
      existing: 'fail',
      onFlush: 'stop',
      allowShrinkPercent: 50,
      functions: 'fail',
      until: 'stopped',
      fullOnly: false,
      retryForMs: 43_200_000,
      expiryLateMs: 60_000,
      importMode: 'leave',
      readFrom: 'primaries',
      spoolDir: os.tmpdir(),
      spoolMaxBytes: 8 * 1024 ** 3,
      maxCommandsPerSecond: 0,
      maxBytesPerSecond: 0,
    });
  });

  it('reads addresses of Sentinels, whose credentials are apart', () => {
    const spec = taskSpecOf(
      { ...DEFAULTS, source: 'redis-sentinel://app@a,b:1/main', sourceSentinelUser: 'watcher' },
      { LOCKSTEP_SOURCE_PASSWORD: 'pw', LOCKSTEP_SOURCE_SENTINEL_PASSWORD: 'other' },
    );
    expect(spec.task).toBe('main@a:26379');
    expect(spec.source).toMatchObject({
      ...{ host: '', port: 0, user: 'app', password: 'pw' },
      sentinel: { name: 'main', user: 'watcher', password: 'other' },
    });
    expect(taskSpecSchema.safeParse(spec).success).toBe(true);
    expect(refusal({ sourceSentinelUser: 'watcher' })).toMatchObject({ code: 'USAGE' });
  });

  it('takes what is given', () => {
    const spec = taskSpecOf(
      {
        ...DEFAULTS,
        task: 'nightly/eu-1',
        db: '3,0',
        existing: 'overwrite',
        onFlush: 'apply',
        allowShrink: '0',
        functions: 'skip',
        until: 'caught-up',
        fullOnly: true,
        retryFor: '0s',
        bufferDir: '/data',
        bufferMax: '1mb',
        maxCommandsPerSecond: '500',
        maxBytesPerSecond: '2mb',
      },
      {},
    );
    expect(spec).toMatchObject({
      task: 'nightly/eu-1',
      databases: [0, 3],
      existing: 'overwrite',
      onFlush: 'apply',
      allowShrinkPercent: 0,
      functions: 'skip',
      until: 'caught-up',
      fullOnly: true,
      retryForMs: 0,
      spoolDir: '/data',
      spoolMaxBytes: 1024 * 1024,
      maxCommandsPerSecond: 500,
      maxBytesPerSecond: 2 * 1024 * 1024,
    });
  });

  it('makes nothing that the engine would not accept', () => {
    for (const flags of [
      {},
      { task: '!'.repeat(200) },
      { bufferMax: '1mb', retryFor: '0ms' },
      { source: 'redis://[::1]' },
    ])
      expect(taskSpecSchema.safeParse(taskSpecOf({ ...DEFAULTS, ...flags }, {})).success).toBe(true);
  });

  it('takes passwords from the environment where the address has none', () => {
    const env = { LOCKSTEP_SOURCE_PASSWORD: 'from env', LOCKSTEP_TARGET_PASSWORD: 'not used' };
    const spec = taskSpecOf(DEFAULTS, env);
    expect(spec.source.password).toBe('from env');
    expect(spec.target.password).toBe('p');
  });

  it.each<[string, Partial<TaskFlags>]>([
    ['--task', { task: '' }],
    ['--task', { task: 'two words' }],
    ['--task', { task: 'x'.repeat(201) }],
    ['--task', { task: 'é' }],
    ['--db', { db: 'all' }],
    ['--existing', { existing: 'keep' }],
    ['--on-flush', { onFlush: 'ignore' }],
    ['--functions', { functions: 'ignore' }],
    ['--import-mode', { importMode: 'on' }],
    ['--source-read-from', { sourceReadFrom: 'replica' }],
    ['--until', { until: 'now' }],
    ['--retry-for', { retryFor: '720' }],
    ['--expiry-slack', { expirySlack: '9s' }],
    ['--expiry-slack', { expirySlack: '61m' }],
    ['--buffer-max', { bufferMax: '8 gigabytes' }],
    ['--buffer-max', { bufferMax: '1023kb' }],
    ['--allow-shrink', { allowShrink: '101' }],
    ['--max-commands-per-second', { maxCommandsPerSecond: 'fast' }],
    ['--max-bytes-per-second', { maxBytesPerSecond: '1kb' }],
  ])('names %s when its value does not fit', (option, flags) => {
    const error = refusal(flags);
    expect(error.code).toBe('USAGE');
    expect(error.message).toContain(option);
  });

  it('never repeats a password', () => {
    for (const flags of [{ source: 'redis://u:secret-9@h:port' }, { target: 'http://u:secret-9@h' }]) {
      const error = refusal(flags);
      expect(error.code).toBe('URL_INVALID');
      expect(`${error.message} ${String(error.stack)}`).not.toContain('secret-9');
    }
  });

  it('takes a database in an address for the choice of it', () => {
    const chosen = (source: string, target: string, db?: string): number[] | undefined =>
      taskSpecOf({ ...DEFAULTS, source, target, ...(db === undefined ? {} : { db }) }, {}).databases;
    expect(chosen('h', 'i')).toBeUndefined();
    expect(chosen('h/0', 'i/0')).toBeUndefined();
    expect(chosen('h/3', 'i')).toEqual([3]);
    expect(chosen('h/3', 'valkey://i/3')).toEqual([3]);
    expect(chosen('h/3', 'i', '3')).toEqual([3]);
    expect(chosen('h/0', 'i', '0,3')).toEqual([0, 3]);
  });

  it.each([
    [{ source: 'h', target: 'i/3' }, /target names database 3, and that of the source none/],
    [{ source: 'h/2', target: 'i/3' }, /target names database 3, and that of the source 2/],
    [{ source: 'h/3', target: 'i', db: '0,3' }, /names database 3, and --db 0,3/],
    [{ source: 'h/3', target: 'i', db: '4' }, /names database 3, and --db 4/],
  ])('refuses databases that do not go together: %j', (flags, fact) => {
    const error = refusal(flags);
    expect(error.code).toBe('USAGE');
    expect(error.message).toMatch(fact);
  });
});

import { describe, expect, it } from 'vitest';
import { taskSpecsOf, type SyncFlags } from '../../../../electron/headless/cli/target-specs.ts';
import { withoutPasswords } from '../../../../electron/backend/without-passwords.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const DEFAULTS: SyncFlags = {
  ...{ source: 'a:1', target: ['b:1', 'user:own@c:1', 'd:1'] },
  ...{ existing: 'fail', onFlush: 'stop', allowShrink: '50', functions: 'fail', until: 'stopped' },
  ...{
    retryFor: '720m',
    expirySlack: '60s',
    importMode: 'leave',
    sourceReadFrom: 'primaries',
    bufferMax: '8gb',
  },
};

function refusal(flags: Partial<SyncFlags>, env: NodeJS.ProcessEnv = {}): string {
  try {
    taskSpecsOf({ ...DEFAULTS, ...flags }, env);
  } catch (error) {
    if (error instanceof LockstepError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('accepted');
}

describe('the tasks of a command', () => {
  it('are one for each target, alike but for that', () => {
    const specs = taskSpecsOf(DEFAULTS, {});
    expect(specs.map(({ target }) => `${target.host}:${target.port}`)).toEqual(['b:1', 'c:1', 'd:1']);
    const [first, ...others] = specs.map(({ target: _target, ...shared }) => shared);
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ task: 'a:1', source: { host: 'a' } });
  });

  it('have the password of the address, else of their own variable, else of the one for all', () => {
    const passwords = (env: NodeJS.ProcessEnv): unknown[] =>
      taskSpecsOf(DEFAULTS, env).map(({ target }) => target.password);
    expect(passwords({})).toEqual([undefined, 'own', undefined]);
    expect(passwords({ LOCKSTEP_TARGET_PASSWORD: 'all' })).toEqual(['all', 'own', 'all']);
    expect(passwords({ LOCKSTEP_TARGET_PASSWORD: 'all', LOCKSTEP_TARGET_3_PASSWORD: 'third' })).toEqual([
      ...['all', 'own', 'third'],
    ]);
    // Whoever has none is not sent that of the others.
    expect(passwords({ LOCKSTEP_TARGET_PASSWORD: 'all', LOCKSTEP_TARGET_3_PASSWORD: '' })).toEqual([
      ...['all', 'own', undefined],
    ]);
    const [only] = taskSpecsOf({ ...DEFAULTS, target: ['b:1'] }, { LOCKSTEP_TARGET_1_PASSWORD: 'first' });
    expect(only?.target.password).toBe('first');
  });

  it('give the user of the Sentinels to those that are found by them', () => {
    const target = ['b:1', 'redis-sentinel://s:26379/main'];
    const env = { LOCKSTEP_TARGET_2_SENTINEL_PASSWORD: 'watch' };
    const specs = taskSpecsOf({ ...DEFAULTS, target, targetSentinelUser: 'watcher' }, env);
    expect(specs.map(({ target: { sentinel } }) => sentinel && [sentinel.user, sentinel.password])).toEqual([
      undefined,
      ['watcher', 'watch'],
    ]);
    expect(refusal({ targetSentinelUser: 'watcher' })).toMatch(/^USAGE: --target-sentinel-user is for/);
  });

  it('are refused with the number of the target that does not fit, and without its password', () => {
    expect(refusal({ target: ['b:1', 'ftp://u:secret@c'] })).toMatch(/^URL_INVALID: target 2: (?!.*secret)/);
    expect(refusal({ target: ['b:1', 'c:1', 'b:1'] })).toBe('USAGE: b:1 is given as a target twice');
    expect(refusal({ target: ['b:1/3', 'c:1/3'], source: 'a:1/2' })).toMatch(/^USAGE: .*database 3/);
    expect(refusal({ target: [] })).toMatch(/--target <url> is missing/);
    expect(refusal({ source: 'ftp://a' })).toMatch(/^URL_INVALID: it begins/);
    expect(refusal({ target: Array.from({ length: 17 }, (_, i) => `t${i}:1`) })).toMatch(/takes 16/);
  });
});

it('no password of a target goes into the environment of a child', () => {
  const names = ['LOCKSTEP_TARGET_2_PASSWORD', 'LOCKSTEP_TARGET_12_SENTINEL_PASSWORD', 'LOCKSTEP_DATA_DIR'];
  const env = Object.fromEntries(names.map((name) => [name, 'x']));
  expect(Object.keys(withoutPasswords(env))).toEqual(['LOCKSTEP_DATA_DIR']);
});

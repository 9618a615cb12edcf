import { describe, expect, it } from 'vitest';
import { missingCommands } from '../../../../electron/engine/precheck/checks/missing-commands.ts';
import { isNewer } from '../../../../electron/engine/precheck/checks/versions.ts';
import { parseSubcommands } from '../../../../electron/engine/control/server-commands.ts';
import { parseCommandCalls } from '../../../../electron/engine/precheck/command-calls.ts';
import {
  grantCommand,
  lacking,
  listCommands,
} from '../../../../electron/engine/precheck/permissions/grant-command.ts';
import {
  SOURCE_QUESTIONS,
  targetQuestions,
  writeQuestions,
} from '../../../../electron/engine/precheck/permissions/needed-commands.ts';
import { abilitiesOf } from '../../../../electron/engine/control/target-abilities.ts';

const row = (name: string, arity: number, flags: string[], first = 1, under: unknown[] = []): unknown[] => [
  name,
  arity,
  flags,
  first,
  first,
  1,
  [],
  [],
  [],
  under,
];

describe('a table of commands', () => {
  it('lists what contains subcommands by them', () => {
    const table = parseSubcommands([
      row('SET', -3, ['write']),
      row('xgroup', -2, [], 0, [row('xgroup|create', -5, ['write'], 2)]),
      'no row',
    ]);
    expect(table).toEqual([
      { name: 'set', arity: -3, write: true, first: 1, last: 1, step: 1, movable: false },
      { name: 'xgroup|create', arity: -5, write: true, first: 2, last: 2, step: 1, movable: false },
    ]);
    expect(parseSubcommands(undefined)).toEqual([]);
  });

  it('counts calls by the same names', () => {
    const info = new Map([
      ['cmdstat_set', 'calls=3,usec=1'],
      ['cmdstat_function|load', 'calls=1,usec=1'],
      ['cmdstat_get', 'calls=0,usec=0,rejected_calls=3'],
      ['used_memory', '1'],
    ]);
    expect([...parseCommandCalls(info)]).toEqual([
      ['set', 3],
      ['function|load', 1],
    ]);
  });
});

describe('commands that a target does not know', () => {
  const known = parseSubcommands([row('set', -3, ['write']), row('del', -2, ['write'])]);
  const source = parseSubcommands([
    ...['set', 'copy', 'getex', 'lmove', 'unlink', 'lpop'].map((name) => row(name, -2, ['write'])),
    row('smismember', -3, ['readonly']),
    row('function', -2, [], 0, [row('function|load', -3, ['write'], 0), row('function|list', -2, [], 0)]),
  ]);
  const calls = new Map(source.map(({ name }) => [name, 5]));

  it('are those that are used, and sent neither as others nor in another form', () => {
    expect(missingCommands(calls, source, known, 30200)).toEqual(['copy', 'function|load']);
    expect(missingCommands(new Map([['copy', 1]]), source, known, 30200)).toEqual(['copy']);
    expect(missingCommands(new Map(), source, known, 30200)).toEqual([]);
  });

  it('cannot be told where the target does not list its own', () => {
    expect(missingCommands(calls, source, [], 30200)).toEqual([]);
  });
});

describe('newer and older', () => {
  const redis = (version: string) => abilitiesOf(version, undefined, 16, false);
  const valkey = (version: string) => abilitiesOf('7.2.4', version, 16, false);
  it.each([
    ['7.0.15', '7.0.3', false],
    ['6.2.16', '7.0.0', false],
    ['7.0.0', '6.2.16', true],
    ['7.4.1', '7.2.6', true],
  ])('Redis %s to Redis %s', (from, to, newer) => {
    expect(isNewer(redis(from), redis(to))).toBe(newer);
  });

  it('knows how Redis and Valkey stand to each other', () => {
    expect(isNewer(redis('7.2.6'), valkey('8.0.1'))).toBe(false);
    expect(isNewer(redis('7.4.1'), valkey('8.0.1'))).toBe(true);
    expect(isNewer(valkey('8.0.1'), redis('7.2.6'))).toBe(false);
    expect(isNewer(valkey('8.0.1'), redis('8.0.0'))).toBe(false);
    expect(isNewer(valkey('9.0.0'), redis('7.2.6'))).toBe(true);
    // It has hashes of a form, and commands such as HSETEX, that this Redis does not know.
    expect(isNewer(valkey('9.0.0'), redis('7.4.1'))).toBe(true);
  });
});

describe('the questions about rights', () => {
  it('run nothing that writes without a transaction', () => {
    const harmless = [...SOURCE_QUESTIONS, ...targetQuestions('t')].filter((question) => question.harmless);
    expect(harmless.map(({ name }) => name).sort()).toEqual(
      'command config|get dump info memory|usage module|list ping pttl replconf scan select strlen time type'.split(
        ' ',
      ),
    );
  });

  it('give each write the words that it takes, and leave out what is never passed on', () => {
    const questions = writeQuestions(
      parseSubcommands([
        row('set', -3, ['write']),
        row('xgroup', -2, [], 0, [row('xgroup|create', -5, ['write'], 2)]),
        row('bitop', -4, ['write'], 2),
        row('flushall', -1, ['write'], 0),
        row('migrate', -6, ['write'], 0),
        row('get', 2, ['readonly']),
      ]),
    );
    const listed = questions.filter(({ carried }) => !carried);
    expect(listed.map(({ words }) => words)).toEqual([
      ['set', 'lockstep-any-name', '1'],
      ['xgroup', 'create', 'lockstep-any-name', '1', '1'],
      ['bitop', '1', 'lockstep-any-name', '1'],
      ['flushall'],
    ]);
    // Of what every server has, it lists hardly any.
    const unlisted = questions.filter(({ carried }) => carried).map(({ name }) => name);
    expect(unlisted).toContain('flushdb');
    expect(unlisted).not.toContain('set');
  });

  it('end in a command that grants what is lacking', () => {
    const asked = SOURCE_QUESTIONS.slice(0, 3);
    const lack = lacking(asked, ['command-denied', 'key-denied', 'granted'], () => true);
    expect(lack).toEqual({ commands: ['ping'], keys: true });
    expect(grantCommand('app', lack)).toBe('ACL SETUSER app ~* +ping');
    const many = Array.from({ length: 30 }, (_, i) => `w${i}`);
    expect(grantCommand('app', { commands: [...many, 'config|get'], keys: false })).toBe(
      'ACL SETUSER app +@all -@admin -migrate +config|get',
    );
    expect(listCommands(['config|get', 'set'])).toBe('CONFIG GET, SET');
    expect(listCommands(many)).toMatch(/W7 and 22 more$/);
  });
});

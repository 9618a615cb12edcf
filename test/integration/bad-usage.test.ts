import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { runCli } from '../support/run-cli.ts';
import { expectFailure } from '../support/sync-outcome.ts';

const BOTH = ['--source', 'redis://127.0.0.1:1', '--target', 'redis://127.0.0.1:2'];
const from = (source: string): string[] => ['sync', '--source', source, '--target', 'redis://127.0.0.1:2'];

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly fact: RegExp;
  readonly code?: ErrorCode;
}

const cases: readonly Case[] = [
  { name: 'an unknown command', args: ['synk'], fact: /synk/ },
  { name: 'a missing address', args: ['sync', '--source', 'redis://127.0.0.1:1'], fact: /--target/ },
  { name: 'an unknown option', args: ['sync', ...BOTH, '--nope'], fact: /--nope/ },
  { name: 'a word too many', args: ['sync', ...BOTH, 'more'], fact: /too many arguments/ },
  {
    name: 'a size without a known unit',
    args: ['sync', ...BOTH, '--buffer-max', '8 zb'],
    fact: /--buffer-max/,
  },
  { name: 'a size that is too small', args: ['sync', ...BOTH, '--buffer-max', '1kb'], fact: /at least 1mb/ },
  {
    name: 'a size beyond all numbers',
    args: ['sync', ...BOTH, '--buffer-max', '99999999tb'],
    fact: /--buffer-max/,
  },
  { name: 'a duration without a unit', args: ['sync', ...BOTH, '--retry-for', '12'], fact: /--retry-for/ },
  { name: 'a negative number', args: ['sync', ...BOTH, '--max-commands-per-second', '-5'], fact: /-5/ },
  { name: 'databases that are no numbers', args: ['sync', ...BOTH, '--db', '0,b'], fact: /--db/ },
  { name: 'an unknown choice', args: ['sync', ...BOTH, '--existing', 'drop'], fact: /fail, overwrite/ },
  { name: 'another unknown choice', args: ['sync', ...BOTH, '--until', 'never'], fact: /caught-up, stopped/ },
  { name: 'a task name with spaces', args: ['sync', ...BOTH, '--task', 'a b'], fact: /--task/ },
  {
    name: 'two addresses with different databases',
    args: ['sync', '--source', 'h/3', '--target', 'i/4'],
    fact: /names database 4.* source 3/,
  },
  { name: 'an address of the web', args: from('http://127.0.0.1'), fact: /redis:\/\//, code: 'URL_INVALID' },
  {
    name: 'a password that is not encoded',
    args: from('redis://:top/se@cret@host'),
    fact: /host/,
    code: 'URL_INVALID',
  },
  {
    name: 'compare without an address',
    args: ['compare', '--target', 'redis://127.0.0.1:2'],
    fact: /--source/,
  },
];

describe('bad usage ends with status 2', () => {
  it.each(cases)('for $name', async ({ args, fact, code = 'USAGE' }) => {
    expectFailure(await runCli(args), { code, exit: 2, fact, secrets: ['top/se', 'cret@'] });
  });

  it('for no command at all, with the help', async () => {
    const { status, stdout } = await runCli([]);
    expect(stdout).toContain('Usage: lockstep');
    expect(status).toBe(2);
  });
});

describe('the help', () => {
  it.each([[['--help']], [['sync', '--help']], [['help', 'compare']]])(
    'of %j leads to the page of the exit statuses',
    async (args) => {
      const { status, stdout } = await runCli(args);
      expect(status).toBe(0);
      expect(stdout).toContain('lockstep help statuses');
    },
  );

  it('has a page of the exit statuses, and one of the variables', async () => {
    const [statuses, variables] = await Promise.all([
      runCli(['help', 'statuses']),
      runCli(['help', 'environment']),
    ]);
    for (const exit of [0, 1, 2, 3, 4, 5, 6, 7, 70])
      expect(statuses.stdout).toMatch(new RegExp(`^  ${exit} +\\S`, 'm'));
    expect(variables.stdout).toContain('LOCKSTEP_SOURCE_PASSWORD');
  });
});

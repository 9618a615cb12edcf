import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { once, shownValue, usageError } from '../../../../electron/headless/cli/usage-error.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const SECRET = 'hunter2-secret';

/** What a command says of these arguments. */
function factOf(...args: readonly string[]): string {
  const program = new Command('lockstep').exitOverride().configureOutput({ writeErr: () => undefined });
  program
    .command('sync')
    .option('--source <url>', 'an address', once('--source'))
    .option('--full-only', 'a switch')
    .action(() => undefined);
  program.command('compare').action(() => undefined);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return usageError(error, args).message;
    if (error instanceof LockstepError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what is misspelt', () => {
  it.each([
    [['snyc'], "unknown command 'snyc' (Did you mean sync?)"],
    [['sync', '--soruce', 'h'], "unknown option '--soruce' (Did you mean --source?)"],
    [['sync', '--full-olny'], "unknown option '--full-olny' (Did you mean --full-only?)"],
  ])('%j is answered with the right one', (args, text) => {
    expect(factOf(...args)).toBe(text);
  });
});

describe('a secret that stands where it should not', () => {
  it.each([
    [['sync', `--password=${SECRET}`], "unknown option '--password=…'"],
    [['sync', `--password='${SECRET}`], "unknown option '--password=…'"],
    [['sync', '--password', SECRET], "unknown option '--password'"],
    [['sync', `--source-password${SECRET}`], "unknown option '--source-password…'"],
    [['sync', `-a${SECRET}`], "unknown option '-a…'"],
    [['sync', `--${SECRET}`], "unknown option '--…'"],
    [['sync', `--pasword:${SECRET}`], "unknown option '--pasword…'"],
    [['--source-password', SECRET, 'sync'], "unknown option '--source-password'"],
    [[SECRET], "unknown command '…'"],
    [[`redis://:${SECRET}@h`], "unknown command '…'"],
    [['sync', '--source'], "option '--source <url>' argument missing"],
    [
      ['sync', '--source', 'h', `app:${SECRET}@h`],
      "too many arguments for 'sync'. Expected 0 arguments but got 1.",
    ],
    [['sync', '--source', `:${SECRET}@h`, '--source', `:${SECRET}@i`], '--source is given twice'],
  ])('is not repeated: %j', (args, text) => {
    expect(factOf(...args)).toBe(text);
  });

  it('is no value that is shown', () => {
    expect(shownValue('8 zb')).toBe('"8 zb"');
    expect(shownValue(`redis://:${SECRET}@h`)).toBe('"…"');
    expect(shownValue(`app:${SECRET}@h`)).toBe('"…"');
    expect(shownValue(`--source-password=${SECRET}`)).toBe('"--source-password=…"');
    expect(shownValue(`${SECRET}:${SECRET}`)).toBe('"…"');
    expect(shownValue('x'.repeat(100))).toBe('"…"');
  });
});

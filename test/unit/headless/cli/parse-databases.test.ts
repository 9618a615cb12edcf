import { expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { parseDatabases } from '../../../../electron/headless/cli/parse-databases.ts';

function refusal(text: string): string {
  try {
    parseDatabases(text, '--db');
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'USAGE') return error.message;
    throw error;
  }
  throw new Error(`--db ${text} was taken`);
}

it('reads a list, sorted and without repetition', () => {
  expect(parseDatabases('10, 3,0,3', '--db')).toEqual({ databases: [0, 3, 10], map: [] });
  expect(parseDatabases('7', '--db')).toEqual({ databases: [7], map: [] });
});

it('reads into which database of the target one goes', () => {
  expect(parseDatabases('3:0', '--db')).toEqual({ databases: [3], map: [{ from: 3, into: 0 }] });
  expect(parseDatabases('3:0,0:3,5:5,3:0', '--db')).toEqual({
    databases: [0, 3, 5],
    map: [
      { from: 0, into: 3 },
      { from: 3, into: 0 },
    ],
  });
});

it.each(['', ',', '0,', '0;1', 'all', '-1', '0-3', '3:', ':3', '3:x', '3:0:1'])('refuses "%s"', (text) => {
  expect(refusal(text)).toContain('--db');
});

it('refuses two databases for one of the target, and one for two', () => {
  expect(refusal('0,3:0')).toMatch(/Databases 0 and 3 cannot both go into database 0: .* lost$/);
  expect(refusal('3:1,4:1')).toMatch(/Databases 3 and 4 cannot both go into database 1/);
  expect(refusal('3:1,3:2')).toContain('database 3 is to go into two databases');
  expect(refusal('3,3:2')).toContain('database 3 is to go into two databases');
  expect(refusal('3:2,3')).toContain('database 3 is to go into two databases');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDatabaseList,
  formatDatabasePairs,
  nameDatabases,
  parseDatabaseList,
  parseDatabasePairs,
} from '../../../../renderer/setup/what/database-list.ts';

describe('a list of databases', () => {
  it.each([
    ['0', [0]],
    ['3, 1 1;2', [1, 2, 3]],
    ['5-7, 0', [0, 5, 6, 7]],
    ['', []],
  ])('%j is read', (text, numbers) => {
    expect(parseDatabaseList(text)).toEqual({ numbers, problem: null });
  });

  it.each([
    ['one', '“one” is not a database number. Write numbers such as 0, 2, 5-7.'],
    ['-1', '“-1” is not a database number. Write numbers such as 0, 2, 5-7.'],
    ['7-5', 'In 7-5 the first number is the larger one.'],
    ['1048576', '1048576 is too large for a database number.'],
    ['0-2000', 'Choose at most 1,024 databases, or all of them.'],
  ])('%j is refused with a sentence', (text, problem) => {
    expect(parseDatabaseList(text)).toEqual({ numbers: null, problem });
  });

  it('is written as it can be read again', () => {
    const sets = fc.uniqueArray(fc.nat({ max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(sets, (numbers) => {
        const sorted = numbers.toSorted((a, b) => a - b);
        expect(parseDatabaseList(formatDatabaseList(numbers)).numbers).toEqual(sorted);
      }),
    );
  });

  it('is named in a sentence', () => {
    expect(nameDatabases([3])).toBe('database 3');
    expect(nameDatabases([2, 0])).toBe('databases 0 and 2');
    expect(nameDatabases([7, 0, 2, 5, 6])).toBe('databases 0, 2 and 5-7');
    expect(nameDatabases([5, 6, 7])).toBe('databases 5-7');
  });
});

describe('databases that get other numbers', () => {
  it('are read and written as pairs', () => {
    const pairs = [
      { from: 3, into: 0 },
      { from: 5, into: 12 },
    ];
    for (const text of ['3:0, 5:12', ' 3:0 5:12', '3:0;5:12'])
      expect(parseDatabasePairs(text)).toEqual({ pairs, problem: null });
    expect(formatDatabasePairs(pairs)).toBe('3:0, 5:12');
    expect(parseDatabasePairs('')).toEqual({ pairs: [], problem: null });
  });

  it.each(['3', '3:', ':0', '3-0', '3:0:1', 'a:b'])('%j is refused with a sentence', (text) => {
    expect(parseDatabasePairs(text).problem).toMatch(/is no pair of databases. Write 3:0 for database 3/);
  });

  it('have numbers that a server can have', () => {
    expect(parseDatabasePairs('3:1048576').problem).toBe('3:1048576 is too large for a database number.');
  });
});

import { describe, expect, it } from 'vitest';
import { adaptedCommands, CommandTable } from '../../../../electron/engine/commands/command-table.ts';

/** What a target of this version is sent for a command; the code and text of the error where it is refused. */
function adapt(version: number, text: string): string[] | string {
  const given = text.split(' ').map((word) => Buffer.from(word));
  try {
    const older = new CommandTable([], version).named(text.split(' ')[0]!)?.older;
    return (older?.adapt(given) ?? [given]).map((words) => words.map(String).join(' '));
  } catch (error) {
    return String(error);
  }
}

const NEWEST = 80_400;

describe('commands for an older target', () => {
  it.each([
    [30200, 'HSET k a 1 b 2', 'HMSET k a 1 b 2'],
    [40000, 'HSET k a 1 b 2', 'HSET k a 1 b 2'],
    [40000, 'ZPOPMIN k', 'ZREMRANGEBYRANK k 0 0'],
    [40000, 'zpopmin k 3', 'ZREMRANGEBYRANK k 0 2'],
    [40000, 'ZPOPMAX k', 'ZREMRANGEBYRANK k -1 -1'],
    [40000, 'ZPOPMAX k 3', 'ZREMRANGEBYRANK k -3 -1'],
    [50000, 'ZPOPMAX k 3', 'ZPOPMAX k 3'],
    [60000, 'LPOP k', 'LPOP k'],
    [60000, 'LPOP k 2', 'LTRIM k 2 -1'],
    [60000, 'RPOP k 2', 'LTRIM k 0 -3'],
    [60200, 'RPOP k 2', 'RPOP k 2'],
    [60000, 'LMOVE a b RIGHT left', 'RPOPLPUSH a b'],
    [60000, 'SCRIPT FLUSH ASYNC', 'SCRIPT FLUSH'],
    [60000, 'SCRIPT LOAD x', 'SCRIPT LOAD x'],
    [60200, 'XGROUP CREATE k g 5-1 ENTRIESREAD 4', 'XGROUP CREATE k g 5-1'],
    [60200, 'XGROUP SETID k g 5-1 ENTRIESREAD 4', 'XGROUP SETID k g 5-1'],
    [60200, 'XGROUP CREATE k ENTRIESREAD 5-1 MKSTREAM', 'XGROUP CREATE k ENTRIESREAD 5-1 MKSTREAM'],
    [50000, 'XGROUP CREATE k g 5-1 MKSTREAM ENTRIESREAD 4', 'XGROUP CREATE k g 5-1 MKSTREAM'],
    [60200, 'XSETID k 5-1 ENTRIESADDED 9 MAXDELETEDID 2-2', 'XSETID k 5-1'],
    [70000, 'XSETID k 5-1 ENTRIESADDED 9 MAXDELETEDID 2-2', 'XSETID k 5-1 ENTRIESADDED 9 MAXDELETEDID 2-2'],
    [60000, 'XADD k NOMKSTREAM MAXLEN = 5 LIMIT 9 1-1 f v', 'XADD k MAXLEN = 5 1-1 f v'],
    [60000, 'XADD k MAXLEN ~ 5 1-1 NOMKSTREAM v', 'XADD k MAXLEN ~ 5 1-1 NOMKSTREAM v'],
    [20800, 'ZADD k CH 1 a', 'ZADD k 1 a'],
    [20800, 'ZADD k INCR CH 1 a', 'ZINCRBY k 1 a'],
    [60000, 'ZADD k XX CH 1 a', 'ZADD k XX CH 1 a'],
  ])('to %d, %s becomes %s', (version, given, sent) => {
    expect(adapt(version, given)).toEqual([sent]);
  });

  it('leaves out the creation of a consumer, which a target before 6.2 makes by itself', () => {
    expect(adapt(60000, 'XGROUP CREATECONSUMER k g c')).toEqual([]);
    expect(adapt(60200, 'XGROUP CREATECONSUMER k g c')).toEqual(['XGROUP CREATECONSUMER k g c']);
  });

  it.each([
    [60000, 'LMOVE a b LEFT RIGHT', /LMOVE LEFT RIGHT on key a/],
    [60000, 'XADD k MINID = 5-1 6-1 f v', /XADD ... MINID on key k/],
    [60000, 'XTRIM k MINID = 5-1', /XTRIM ... MINID on key k/],
    [60000, 'ZADD k CH GT 1 a', /ZADD ... GT on key k/],
    [20800, 'ZADD k NX 1 a', /ZADD ... NX on key k/],
  ])('to %d, %s is refused by name', (version, given, told) => {
    expect(adapt(version, given)).toMatch(told);
  });
});

describe('LIMIT behind an exact bound, which only a primary may send', () => {
  it.each([
    ['XADD k MAXLEN = 5 LIMIT 9 1-1 f v', 'XADD k MAXLEN = 5 1-1 f v'],
    ['XADD k NOMKSTREAM MINID = 5-1 LIMIT 9 6-1 f v', 'XADD k NOMKSTREAM MINID = 5-1 6-1 f v'],
    ['XADD k LIMIT 9 MAXLEN 5 1-1 f v', 'XADD k MAXLEN 5 1-1 f v'],
    ['xtrim k maxlen = 5 limit 0', 'xtrim k maxlen = 5'],
    ['XTRIM k MAXLEN ~ 5 LIMIT 9', 'XTRIM k MAXLEN ~ 5 LIMIT 9'],
    ['XADD k 1-1 LIMIT 9', 'XADD k 1-1 LIMIT 9'],
    ['XADD k MAXLEN = 5 1-1 LIMIT 9', 'XADD k MAXLEN = 5 1-1 LIMIT 9'],
  ])('%s becomes %s', (given, sent) => {
    expect(adapt(NEWEST, given)).toEqual([sent]);
  });
});

it('knows which commands a target may need in another form', () => {
  expect(adaptedCommands(NEWEST).sort()).toEqual(['xadd', 'xtrim']);
  expect(adaptedCommands(20800)).toContain('hset');
  expect(adaptedCommands(20800)).toContain('unlink');
});

it('differs in its first words alone where a command may be large', () => {
  const inFront = (version: number, given: string): boolean | undefined =>
    new CommandTable([], version).named(given)?.older?.inFront;
  for (const name of ['HSET', 'unlink', 'zadd', 'XADD', 'xtrim']) expect(inFront(30000, name)).toBe(true);
  expect(inFront(60200, 'xadd')).toBe(true);
  expect(inFront(60200, 'zadd')).toBeUndefined();
});

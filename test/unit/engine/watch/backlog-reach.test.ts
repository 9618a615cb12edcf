import { describe, expect, it } from 'vitest';
import { identityOf, partsAt } from '../../../../electron/engine/control/server-facts.ts';
import { backlogReach, reachesBack } from '../../../../electron/engine/watch/backlog-reach.ts';
import { describeReach } from '../../../../shared/format/backlog-words.ts';

const NOW = 'a'.repeat(40);
const BEFORE = 'b'.repeat(40);

const info = (changes: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      master_replid: NOW,
      master_replid2: BEFORE,
      second_repl_offset: '501',
      repl_backlog_active: '1',
      repl_backlog_size: '1048576',
      repl_backlog_first_byte_offset: '101',
      repl_backlog_histlen: '900',
      ...changes,
    }),
  );

it('a promoted server tells up to where it has the history of the one before', () => {
  expect(partsAt(identityOf(info()), BEFORE)).toBe(500);
  expect(partsAt(identityOf(info()), NOW)).toBeUndefined();
  const none = info({ master_replid2: '0'.repeat(40), second_repl_offset: '-1' });
  expect(partsAt(identityOf(none), '0'.repeat(40))).toBeUndefined();
  expect(partsAt(identityOf(new Map()), BEFORE)).toBeUndefined();
});

describe('the backlog of a source', () => {
  it.each<[string, number, boolean]>([
    [NOW, 100, true],
    [NOW, 99, false],
    [NOW, 1000, true],
    [NOW, 1001, false],
    [BEFORE, 500, true],
    [BEFORE, 501, false],
    ['c'.repeat(40), 500, false],
  ])('of %s reaches back to what follows %i: %s', (replid, offset, expected) => {
    expect(reachesBack(info(), { replid, offset })).toBe(expected);
  });

  it('is not there without a replica, and unknown where the source does not tell', () => {
    expect(reachesBack(info({ repl_backlog_active: '0' }), { replid: NOW, offset: 100 })).toBe(false);
    expect(reachesBack(new Map(), { replid: NOW, offset: 100 })).toBeUndefined();
  });

  it('is told as a time, by what the source writes', () => {
    expect(describeReach(backlogReach(info(), 1748)!)).toMatch(
      /keeps 1.0 MB of its stream: .* for about 10 min/,
    );
    expect(describeReach(backlogReach(info(), 0)!)).toContain('more than a week');
    expect(backlogReach(info({ repl_backlog_active: '0' }), 10)).toBeUndefined();
    expect(backlogReach(new Map(), 10)).toBeUndefined();
  });
});

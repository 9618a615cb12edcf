import { describe, expect, it } from 'vitest';
import { joinCounts } from '../../../../electron/engine/metrics/key-counts.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';

const counts = (...rows: readonly (readonly [db: number, keys: number, expires: number])[]) =>
  new Map(rows.map(([db, keys, expires]) => [db, { keys, expires }]));

const ALL = new DatabaseChoice(undefined);

describe('joinCounts', () => {
  it('puts both sides of each database beside each other, in order', () => {
    expect(joinCounts(counts([10, 5, 1], [2, 7, 0]), counts([2, 6, 0], [0, 3, 2]), ALL, 0)).toEqual([
      { db: 0, sourceKeys: 0, sourceExpires: 0, targetKeys: 3, targetExpires: 2 },
      { db: 2, sourceKeys: 7, sourceExpires: 0, targetKeys: 6, targetExpires: 0 },
      { db: 10, sourceKeys: 5, sourceExpires: 1, targetKeys: 0, targetExpires: 0 },
    ]);
  });

  it('leaves out the keys of the tool, which lie in database 0 of the target', () => {
    expect(joinCounts(counts([0, 5, 0], [1, 5, 0]), counts([0, 6, 0], [1, 6, 0]), ALL, 1)).toMatchObject([
      { sourceKeys: 5, targetKeys: 5 },
      { sourceKeys: 5, targetKeys: 6 },
    ]);
    expect(joinCounts(counts(), counts([0, 1, 0]), ALL, 2)).toMatchObject([{ targetKeys: 0 }]);
  });

  it('leaves out databases that the task does not take', () => {
    const some = new DatabaseChoice([3]);
    expect(joinCounts(counts([0, 5, 0], [3, 1, 0]), counts([0, 5, 0]), some, 0)).toMatchObject([{ db: 3 }]);
  });

  it('puts a database of the source beside the one that it goes into', () => {
    const moved = DatabaseChoice.parse('3:0');
    expect(joinCounts(counts([0, 9, 0], [3, 5, 1]), counts([0, 7, 1], [3, 8, 0]), moved, 2)).toEqual([
      { db: 0, sourceDb: 3, sourceKeys: 5, sourceExpires: 1, targetKeys: 5, targetExpires: 1 },
    ]);
  });
});

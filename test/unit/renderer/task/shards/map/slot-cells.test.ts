import { describe, expect, test } from 'vitest';
import { slotAfterKey, slotAt, slotCells } from '../../../../../../renderer/task/shards/map/slot-cells.ts';

const shard = (part: number, slots: string) => ({
  part,
  name: `Shard ${part}`,
  slots,
  at: `10.0.0.${part}:7000`,
});

describe('the cells of slots', () => {
  const first = shard(1, '0-200,16383');
  const second = shard(2, '201-16000,16002');
  const cells = slotCells([first, second]);

  test('are their shard’s, and nobody’s where no part brings them', () => {
    expect(cells.ownerOf(0)).toBe(first);
    expect(cells.ownerOf(16383)).toBe(first);
    expect(cells.ownerOf(201)).toBe(second);
    expect(cells.ownerOf(16001)).toBeUndefined();
    expect(cells.unbrought).toEqual([
      { first: 16001, last: 16001 },
      { first: 16003, last: 16382 },
    ]);
  });

  test('are drawn as runs of each row', () => {
    expect(cells.outlineOf(first)).toBe('M0 0h128v1h-128zM0 1h73v1h-73zM127 127h1v1h-1z');
    expect(cells.outlineOf(undefined)).toMatch(/^M1 125h1v1h-1zM3 125h125v1h-125zM0 126h128v1h-128z/);
  });

  test('of a whole cluster leave none over, and of nobody are all', () => {
    expect(slotCells([shard(1, '0-8191'), shard(2, '8192-16383')]).unbrought).toEqual([]);
    expect(slotCells([shard(1, '-')]).unbrought).toEqual([{ first: 0, last: 16383 }]);
  });

  test('stand in rows of 128', () => {
    expect(slotAt(0, 0)).toBe(0);
    expect(slotAt(0.999, 0)).toBe(127);
    expect(slotAt(0, 1 / 128)).toBe(128);
    expect(slotAt(1, 1)).toBe(16383);
    expect(slotAt(-0.1, 2)).toBe(127 * 128);
  });

  test.each([
    ['ArrowRight', 5, 6],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 5, 133],
    ['ArrowUp', 133, 5],
    ['PageDown', 0, 1024],
    ['PageUp', 2000, 976],
    ['Home', 999, 0],
    ['End', 999, 16383],
    ['a', 5, undefined],
  ])('%s leads from %d to %s', (key, from, to) => {
    expect(slotAfterKey(key, from)).toBe(to);
  });
});

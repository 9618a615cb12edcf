import { describe, expect, it } from 'vitest';
import { KeyGroups } from '../../../../electron/engine/repair/key-groups.ts';
import { ReadingOrder, type JoinedUse } from '../../../../electron/engine/repair/reading-order.ts';
import { randomOf } from '../../../support/rdb/portions.ts';

describe('groups of keys', () => {
  it('are what commands have used together, one after another', () => {
    const groups = new KeyGroups();
    const id = (key: string): number => groups.idOf(0, key);
    groups.join([id('a'), id('b')]);
    groups.join([id('c'), id('d')]);
    groups.join([id('d'), id('b'), id('e')]);
    groups.join([id('alone')]);
    const names = (key: string): string[] =>
      groups
        .groupOf(id(key))
        .map((member) => groups.nameOf(member).key)
        .sort();
    expect(names('a')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(names('alone')).toEqual(['alone']);
    expect(names('later')).toEqual(['later']);
    expect(groups.size).toBe(7);
  });

  it('keep the same name in two databases apart', () => {
    const groups = new KeyGroups();
    groups.join([groups.idOf(0, 'k'), groups.idOf(1, 'x')]);
    expect(groups.idOf(1, 'k')).not.toBe(groups.idOf(0, 'k'));
    expect(groups.groupOf(groups.idOf(1, 'k'))).toHaveLength(1);
    expect(groups.nameOf(groups.idOf(1, 'x'))).toEqual({ db: 1, key: 'x' });
  });
});

/** @returns what is to be read next */
function read(order: ReadingOrder, ids: readonly number[], offset: number): Set<number> {
  order.note(ids, offset);
  return order.next();
}

describe('the order of reading', () => {
  it('ends at once when no command joined a key that was read with another one', () => {
    const groups = new KeyGroups();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((key) => groups.idOf(0, key)) as [
      number,
      number,
      number,
      number,
    ];
    const order = new ReadingOrder(groups, [
      { end: 110, ids: [a, b] },
      { end: 120, ids: [c, d] },
    ]);
    expect(read(order, [a, b], 130)).toEqual(new Set());
    expect(order.readings).toEqual(
      new Map([
        [a, 130],
        [b, 130],
      ]),
    );
  });

  it('takes in what a command has joined meanwhile, with what it was used with before', () => {
    const groups = new KeyGroups();
    const [a, b, c] = ['a', 'b', 'c'].map((key) => groups.idOf(0, key)) as [number, number, number];
    groups.join([b, c]);
    const uses: JoinedUse[] = [{ end: 110, ids: [a, b] }];
    const order = new ReadingOrder(groups, uses);
    expect(read(order, [a], 120)).toEqual(new Set([b, c]));
    // A command after the reading of a, with b, is applied for neither or for both.
    uses.push({ end: 125, ids: [a, c] });
    expect(read(order, [b, c], 130)).toEqual(new Set([a]));
    expect(read(order, [a], 140)).toEqual(new Set());
    expect(order.readings).toEqual(
      new Map([
        [a, 140],
        [b, 130],
        [c, 130],
      ]),
    );
  });

  it('never leaves a command out for one of its keys and applies it for another', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomOf(seed);
      const below = (n: number): number => Math.floor(random() * n);
      const groups = new KeyGroups();
      const ids = Array.from({ length: 30 }, (_, i) => groups.idOf(i % 3, `k${i}`));
      const pick = (): number[] => [...new Set([ids[below(30)]!, ids[below(30)]!])];
      const all: JoinedUse[] = [];
      for (let end = 1; end <= 10; end++) all.push({ end, ids: pick() });
      for (const use of all) groups.join(use.ids);
      const uses: JoinedUse[] = [];
      const order = new ReadingOrder(groups, uses);
      let next = new Set(groups.groupOf(ids[below(30)]!));
      let offset = 10;
      for (let readings = 0; next.size > 0; readings++) {
        // Of a cluster those of each slot are read at an offset of their own.
        const portions = [[...next].filter((id) => id % 2 === 0), [...next].filter((id) => id % 2 === 1)];
        for (const portion of portions) {
          for (let n = below(readings < 8 ? 4 : 1); n > 0; n--) uses.push({ end: ++offset, ids: pick() });
          order.note(portion, offset);
        }
        next = order.next();
      }
      for (let n = 0; n < 5; n++) uses.push({ end: ++offset, ids: pick() });
      for (const { end, ids: used } of [...all, ...uses]) {
        const leftOut = used.filter((id) => (order.readings.get(id) ?? -1) >= end);
        expect([0, used.length]).toContain(leftOut.length);
      }
    }
  });
});

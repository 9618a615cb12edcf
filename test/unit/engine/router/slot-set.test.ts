import { describe, expect, it } from 'vitest';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';

describe('a set of slots', () => {
  const set = SlotSet.parse('0-99,200,16383')!;

  it('is read from the form that it is kept in, and written in that', () => {
    expect(set.size).toBe(102);
    expect(String(set)).toBe('0-99,200,16383');
    expect(String(SlotSet.of([]))).toBe('-');
    expect(SlotSet.parse('-')?.size).toBe(0);
    for (const text of ['', ' ', '0-', '5-2', '16384', '1,,2', 'all'])
      expect(SlotSet.parse(text)).toBeUndefined();
  });

  it('knows the keys that lie in it', () => {
    // CLUSTER KEYSLOT foo is 12182, that of a key is that of its hash tag.
    const foo = SlotSet.parse('12182')!;
    expect(foo.hasKey(Buffer.from('foo'))).toBe(true);
    expect(foo.hasKey(Buffer.from('x{foo}y'))).toBe(true);
    expect(foo.hasKey(Buffer.from('..foo..'), 2, 5)).toBe(true);
    expect(foo.hasKey(Buffer.from('bar'))).toBe(false);
  });

  it('is compared with others', () => {
    const part = SlotSet.parse('50-60')!;
    expect(set.includes(part)).toBe(true);
    expect(part.includes(set)).toBe(false);
    expect(set.includes(SlotSet.parse('99-100')!)).toBe(false);
    expect(set.equals(SlotSet.parse('200,0-99,16383')!)).toBe(true);
    expect(String(set.and(SlotSet.parse('90-300')!))).toBe('90-99,200');
    expect(String(set.without(SlotSet.parse('1-16383')!))).toBe('0');
    expect(String(set.or(SlotSet.parse('98-199,16382')!))).toBe('0-200,16382-16383');
    expect(String(set)).toBe('0-99,200,16383');
  });

  it('keeps ranges that touch, overlap or come in another order as one does that came in order', () => {
    const lose = SlotSet.of([
      { first: 100, last: 199 },
      { first: 0, last: 99 },
      { first: 150, last: 250 },
    ]);
    expect(lose.ranges).toEqual([{ first: 0, last: 250 }]);
    expect(lose.size).toBe(251);
    expect(String(lose.and(SlotSet.parse('0-3,9,240-260')!))).toBe('0-3,9,240-250');
  });

  it('is chosen slot by slot, of all or of some, each asked about once', () => {
    const asked: number[] = [];
    const chosen = SlotSet.where((slot) => asked.push(slot) > 0 && slot % 100 < 2, set);
    expect(asked).toEqual(set.list());
    expect(String(chosen)).toBe('0-1,200');
    expect(SlotSet.where(() => true).size).toBe(16_384);
  });
});

import { describe, expect, it } from 'vitest';
import { AskedKeys, type AskedKey } from '../../../../electron/engine/repair/asked-keys.ts';
import { MOST_ASKED_KEYS } from '../../../../shared/model/key-repair.ts';

function asked(count: number): { keys: AskedKey[]; told: string[] } {
  const told: string[] = [];
  const keys = Array.from({ length: count }, (_, i) => ({
    ...{ db: 0, key: `k${i}`, kind: 'copy' as const },
    settle: (outcome: string, reason?: string) =>
      void told.push([`k${i}`, outcome, ...(reason === undefined ? [] : [reason])].join(' ')),
  }));
  return { keys, told };
}

describe('keys that were asked for', () => {
  it('come in their order, and go once they are settled', () => {
    const queue = new AskedKeys();
    const { keys, told } = asked(3);
    expect(queue.add(keys)).toBe(true);
    const round = queue.next()!;
    round.leave(keys[1]!, 'kept');
    // Cut off, they come again.
    expect(queue.next()!.keys).toEqual([keys[0], keys[2]]);
    queue.done([
      { key: keys[0]!, outcome: 'copied' },
      { key: keys[2]!, outcome: 'removed' },
    ]);
    expect(told).toEqual(['k1 kept', 'k0 copied', 'k2 removed']);
    expect(queue.next()).toBeUndefined();
    // What is told late, of an earlier round, is told once.
    round.refuse('no more');
    expect(told.length).toBe(3);
  });

  it('are fewer at a time where they were too much, down to one, which is named', () => {
    const queue = new AskedKeys();
    const { keys, told } = asked(9);
    queue.add(keys);
    const sizes: number[] = [];
    for (let round = queue.next(); round; round = queue.next()) {
      sizes.push(round.keys.length);
      round.begin();
      round.tooMuch('than 64 MB');
    }
    expect(sizes.slice(0, 3)).toEqual([9, 2, 1]);
    expect(told[0]).toBe('k0 too-large than 64 MB');
    expect(told.length).toBe(9);
  });

  it('are given up where each round ends with a fault', () => {
    const queue = new AskedKeys();
    const { keys, told } = asked(2);
    queue.add(keys);
    for (let tried = 0; tried < 3; tried++) queue.next()!.begin();
    expect(told).toEqual([]);
    expect(queue.next()).toBeUndefined();
    expect(told.map((text) => text.slice(0, 11))).toEqual(['k0 not-done', 'k1 not-done']);
  });

  it('are bounded', () => {
    const queue = new AskedKeys();
    expect(queue.add(asked(MOST_ASKED_KEYS).keys)).toBe(true);
    expect(queue.add(asked(1).keys)).toBe(false);
    expect(queue.size).toBe(MOST_ASKED_KEYS);
  });
});

import { describe, expect, it } from 'vitest';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import type { Shard } from '../../../../electron/engine/router/topology.ts';
import { divideSource, doubted } from '../../../../electron/engine/source/divide-source.ts';

const slots = (text: string): SlotSet => SlotSet.parse(text)!;
const shard = (text: string): Shard => ({ slots: slots(text).ranges }) as Shard;
const divided = (shards: string[], former: [number, string][]): string[] => {
  const { parts, gone } = divideSource(
    shards.map(shard),
    former.map(([number, text]) => ({ number, slots: slots(text) })),
  );
  return [
    ...parts.map((part) => `${part.number}: ${String(part.slots)}`),
    ...gone.map((number) => `gone ${number}`),
  ];
};

describe('the division of a source', () => {
  it('gives each shard a part', () => {
    expect(divided(['0-99', '100-16383'], [])).toEqual(['1: 0-99', '2: 100-16383']);
  });

  it('leaves a part with the shard that has the most of its slots', () => {
    expect(
      divided(
        ['0-49,100-16383', '50-99'],
        [
          [1, '0-99'],
          [2, '100-16383'],
        ],
      ),
    ).toEqual(['2: 0-49,100-16383', '1: 50-99']);
  });

  it('gives a shard that is new a part that is new', () => {
    expect(
      divided(
        ['0-40', '41-99', '100-16383'],
        [
          [1, '0-99'],
          [2, '100-16383'],
        ],
      ),
    ).toEqual(['3: 0-40', '1: 41-99', '2: 100-16383']);
  });

  it('gives a shard without a part one that has no slots, which another run may have begun', () => {
    expect(
      divided(
        ['0-99', '100-16383'],
        [
          [4, '-'],
          [5, '100-16383'],
          [6, '-'],
        ],
      ),
    ).toEqual(['4: 0-99', '5: 100-16383', 'gone 6']);
  });

  it('names the parts that no shard is left for', () => {
    expect(
      divided(
        ['0-16383'],
        [
          [1, '0-99'],
          [2, '100-16383'],
          [7, '-'],
        ],
      ),
    ).toEqual(['2: 0-16383', 'gone 1', 'gone 7']);
  });
});

it('slots that several parts vouch for are doubted, of whichever part', () => {
  const former = (...texts: string[]): { number: number; slots: SlotSet }[] =>
    texts.map((text, i) => ({ number: i + 1, slots: slots(text) }));
  expect(String(doubted(former('0-99', '100-199')))).toBe('-');
  expect(String(doubted(former('0-99', '90-199', '95-105')))).toBe('90-105');
});

import { describe, expect, it } from 'vitest';
import { partOf, shareAfterKey, windowAround, windowOf } from '../../../../renderer/activity/brush.ts';
import type { Spell, SpellKind } from '../../../../renderer/activity/spell.ts';
import { spellsNear } from '../../../../renderer/activity/spells-near.ts';
import { placeBands, placeMarks, type StripTime } from '../../../../renderer/activity/strip-places.ts';

const HOUR = 3_600_000;
const DAY: StripTime = { fromMs: 0, toMs: 24 * HOUR };
const spell = (kind: SpellKind, fromMs: number, toMs: number): Spell => ({
  ...{ key: `${kind} ${fromMs}`, kind, word: kind, fromMs, toMs },
  lasts: toMs === DAY.toMs,
});

describe('bands', () => {
  it('lie to scale', () => {
    const [band] = placeBands([spell('in-step', 6 * HOUR, 18 * HOUR)], DAY);
    expect([band?.from, band?.to]).toEqual([0.25, 0.75]);
  });

  it('a second of outage within a day is seen, above what it is within, wherever it lies', () => {
    for (const atMs of [0, 12 * HOUR, 24 * HOUR - 1000]) {
      const outage = spell('outage', atMs, atMs + 1000);
      const placed = placeBands([outage, spell('in-step', 0, DAY.toMs)], DAY);
      const top = placed.at(-1);
      expect(top?.spell).toBe(outage);
      expect(top!.to - top!.from).toBeGreaterThanOrEqual(0.004 - 1e-9);
      expect(top!.to).toBeLessThanOrEqual(1);
      expect(top!.from).toBeGreaterThanOrEqual(0);
    }
  });

  it('none of a thousand is hidden by those before it of a lesser kind', () => {
    const many = Array.from({ length: 500 }, (_, index) => [
      spell('in-step', index * 2 * 60_000, (index * 2 + 1) * 60_000),
      spell('outage', (index * 2 + 1) * 60_000, (index * 2 + 1) * 60_000 + 1000),
    ]).flat();
    const kinds = placeBands(many, DAY).map((placed) => placed.spell.kind);
    expect(kinds.lastIndexOf('in-step')).toBeLessThan(kinds.indexOf('outage'));
    expect(kinds.filter((kind) => kind === 'outage')).toHaveLength(500);
  });
});

describe('marks', () => {
  it('stand together where they would cover one another, and none is lost', () => {
    const marks = placeMarks(
      [
        spell('outage', 12 * HOUR, 12 * HOUR + 1000),
        spell('fault', 12 * HOUR, 12 * HOUR),
        spell('recopy', 12 * HOUR + 60_000, 13 * HOUR),
        spell('comparison', 20 * HOUR, 21 * HOUR),
      ],
      DAY,
    );
    expect(marks.map(({ spells }) => spells.map(({ kind }) => kind))).toEqual([
      ['outage', 'fault', 'recopy'],
      ['comparison'],
    ]);
  });

  it('are told of where one points at them, else the uppermost band with what runs beside it', () => {
    const all = [
      spell('in-step', 0, DAY.toMs),
      spell('comparison', 6 * HOUR, 12 * HOUR),
      spell('outage', 18 * HOUR, 18 * HOUR + 1000),
    ];
    const marks = placeMarks([all[2]!], DAY);
    expect(spellsNear(all, marks, DAY, 0.7501)).toEqual([all[2]]);
    expect(spellsNear(all, marks, DAY, 0.4)).toEqual([all[0], all[1]]);
    expect(spellsNear(all, marks, DAY, 0.9)).toEqual([all[0]]);
  });
});

describe('the part that the charts show', () => {
  it('is a window with an end, and one that goes on where it reaches up to now', () => {
    expect(windowOf({ from: 0.25, to: 0.5 }, DAY)).toEqual({ spanMs: 6 * HOUR, endMs: 12 * HOUR });
    expect(windowOf({ from: 0.5, to: 0.25 }, DAY)).toEqual({ spanMs: 6 * HOUR, endMs: 12 * HOUR });
    expect(windowOf({ from: 0.75, to: 1 }, DAY)).toEqual({ spanMs: 6 * HOUR, endMs: null });
  });

  it('is never so short that it would hold no point', () => {
    expect(windowOf({ from: 0.5, to: 0.5 }, DAY).spanMs).toBe(10_000);
  });

  it('leads there and back', () => {
    for (const part of [
      { from: 0.25, to: 0.5 },
      { from: 0.75, to: 1 },
    ])
      expect(partOf(windowOf(part, DAY), DAY)).toEqual(part);
    expect(partOf({ spanMs: 48 * HOUR, endMs: null }, DAY)).toEqual({ from: 0, to: 1 });
  });

  it('of a spell has what was around it', () => {
    expect(windowAround(spell('outage', 12 * HOUR, 13 * HOUR), DAY)).toEqual({
      ...{ spanMs: 1.5 * HOUR, endMs: 13.25 * HOUR },
    });
    expect(windowAround(spell('in-step', 20 * HOUR, DAY.toMs), DAY)).toEqual({
      spanMs: 5 * HOUR,
      endMs: null,
    });
  });

  it.each([
    ['ArrowLeft', 0.5, 0.49],
    ['ArrowRight', 0.5, 0.51],
    ['PageUp', 0.95, 1],
    ['PageDown', 0.05, 0],
    ['Home', 0.5, 0],
    ['End', 0.5, 1],
    ['a', 0.5, undefined],
  ])('with %s goes from %d to %s', (key, share, expected) => {
    const moved = shareAfterKey(key, share);
    if (expected === undefined) expect(moved).toBeUndefined();
    else expect(moved).toBeCloseTo(expected, 9);
  });
});

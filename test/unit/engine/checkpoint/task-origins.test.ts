import { expect, it } from 'vitest';
import {
  formatEntry,
  idsOf,
  originsOf,
  parseEntry,
} from '../../../../electron/engine/checkpoint/task-origins.ts';

const id = (nth: number): string => nth.toString(16).padStart(40, '0');
const many = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => id(from + i));

it('an entry is read as it was written; one of an earlier form has an owner alone', () => {
  const entry = { owner: 'f3b0-1', origins: many(3) };
  expect(parseEntry(formatEntry(entry))).toEqual(entry);
  expect(parseEntry('f3b0-1')).toEqual({ owner: 'f3b0-1', origins: [] });
  expect(parseEntry('')).toEqual({ owner: '', origins: [] });
});

it('takes no more than it has room for from a server, and nothing that is no id', () => {
  expect(parseEntry(['owner', ...many(10_000)].join(' ')).origins).toEqual(many(64));
  expect(parseEntry(`owner ${id(1)} x ${'z'.repeat(40)} ${id(2)}`).origins).toEqual([id(1), id(2)]);
});

it('of more servers than that the farthest are left out, and each stands there once', () => {
  expect(originsOf(many(2), [many(3, 1), many(200, 10)])).toEqual([
    ...many(2),
    ...[id(10), id(2), id(11), id(3)],
    ...many(58, 12),
  ]);
});

it('of what several parts bring each is left as far as the others', () => {
  expect(originsOf(many(2), [many(64, 100), many(64, 200)])).toEqual([
    ...many(2),
    ...Array.from({ length: 31 }, (_, i) => [id(100 + i), id(200 + i)]).flat(),
  ]);
  expect(originsOf(many(1), [[], many(3, 100)])).toEqual([id(0), ...many(3, 100)]);
});

it('knows a server by its process and its history, where it tells them', () => {
  expect(idsOf({ replid: id(1), runId: id(2) })).toEqual([id(1), id(2)]);
  expect(idsOf({ replid: '', runId: id(2) })).toEqual([id(2)]);
});

import type { KeyCell, KeyReading, KeyRow } from '../../../shared/model/key-reading.ts';

const base64 = (text: string): string => btoa(text);

const cell = (text: string | null): KeyCell | null =>
  text === null ? null : { base64: base64(text), from: 0, size: text.length };

const field = (name: string, source: string | null, target: string | null): KeyRow => ({
  ...{ kind: 'field', index: null },
  name: cell(name),
  source: cell(source),
  target: cell(target),
  differs: source !== target,
});

/** A hash of which some fields differ, in text, JSON and bytes. */
export const aReading = (change: Partial<KeyReading> = {}): KeyReading => ({
  source: {
    ...{ server: '10.0.0.5:6379', type: 'hash', encoding: 'listpack' },
    ...{ ttlMs: 3_552_000, bytes: 1488, length: 6 },
  },
  target: {
    ...{ server: '10.0.0.9:6379', type: 'hash', encoding: 'hashtable' },
    ...{ ttlMs: null, bytes: 2210, length: 6 },
  },
  sameExpiry: false,
  rows: [
    field('state', 'paid', 'open'),
    field('total', '129.90', '129.90'),
    field('lines', '{"id":9007199254740993,"of":[1,2,3]}', '{"id":9007199254740993,"of":[1,2]}'),
    field('coupon', 'SPRING', null),
    field('checked', null, '2026-11-30'),
    field('digest', '\x00\xff\x8a\x10\x01', '\x00\xff\x8a\x11\x01'),
    field('note', '', ''),
  ],
  looked: 7,
  next: { phase: 'source', at: '128', skip: 0 },
  readable: true,
  atMs: Date.now() - 2000,
  ...change,
});

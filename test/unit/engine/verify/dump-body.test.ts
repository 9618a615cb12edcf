import { expect, it } from 'vitest';
import { dumpsProveEqual, hasFieldTtl, kindOfDump } from '../../../../electron/engine/verify/dump-body.ts';
import { RDB_TYPE } from '../../../../electron/engine/protocol/rdb/types.ts';

const dump = (type: number, body: string, trailer = '0123456789'): Buffer =>
  Buffer.concat([Buffer.from([type]), Buffer.from(body), Buffer.from(trailer)]);

it('knows the kind of every type', () => {
  const kinds = Object.entries(RDB_TYPE).map(([name, type]) => [name, kindOfDump(dump(type, ''))]);
  const named = (name: string): string => name.replace('VALKEY_', '').toLowerCase();
  expect(kinds.filter(([name, kind]) => !named(name!).startsWith(kind ?? '?'))).toEqual([]);
  expect(kindOfDump(dump(200, ''))).toBeUndefined();
});

it('tells hashes whose fields expire', () => {
  expect([4, 16, 21, 22, 23, 24, 25, 26].filter((type) => hasFieldTtl(dump(type, '')))).toEqual([
    22, 23, 24, 25,
  ]);
});

it('proves equality by the body, whatever version and checksum follow', () => {
  expect(dumpsProveEqual(dump(0, 'value'), dump(0, 'value', '9876543210'))).toBe(true);
  expect(dumpsProveEqual(dump(0, 'value'), dump(0, 'valuf'))).toBe(false);
  expect(dumpsProveEqual(dump(0, 'value'), dump(0, 'values'))).toBe(false);
  expect(dumpsProveEqual(dump(2, 'value'), dump(1, 'value'))).toBe(false);
});

it('proves nothing for a type that means one thing here and another there', () => {
  expect(dumpsProveEqual(dump(22, 'v'), dump(22, 'v'))).toBe(false);
  expect(dumpsProveEqual(dump(25, 'v'), dump(25, 'v'))).toBe(true);
});

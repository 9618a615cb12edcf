import { expect, test } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { plainCrc64 } from '../../../support/crc64.ts';
import { randomOf } from '../../../support/rdb/portions.ts';

const arena = createArena(4 * 65536);

function crcOf(slot: number): bigint {
  const out = Buffer.alloc(10);
  arena.crcCopy(slot, out, 1);
  return out.readBigUInt64LE(1);
}

test('the checksum of 123456789 is the one that Redis documents', () => {
  arena.crcReset(0);
  arena.crcUpdate(0, Buffer.from('123456789'), 0, 9);
  expect(crcOf(0).toString(16)).toBe('e9c6d914c4b8d9ca');
});

test('any range, inside the arena or outside, in one go or several, gives the plain checksum', () => {
  const random = randomOf(1);
  const address = arena.allocate(700);
  for (let i = 0; i < 700; i++) arena.mem[address + i] = Math.floor(random() * 256);
  const outside = Buffer.from(arena.mem.subarray(address, address + 700));
  for (let round = 0; round < 200; round++) {
    const from = Math.floor(random() * 300);
    const to = from + Math.floor(random() * 400);
    const middle = from + Math.floor(random() * (to - from));
    const expected = plainCrc64(outside.subarray(from, to));
    arena.crcReset(0);
    arena.crcUpdate(0, arena.mem, address + from, address + middle);
    arena.crcUpdate(0, arena.mem.subarray(address), middle, to);
    expect(crcOf(0)).toBe(expected);
    arena.crcReset(1);
    arena.crcUpdate(1, outside, from, middle);
    arena.crcUpdate(1, outside, middle, to);
    expect(crcOf(1)).toBe(expected);
  }
});

test('bytes outside the arena may be more than its scratch holds', () => {
  const large = Buffer.alloc(200_001, 'abcdefg');
  const address = arena.allocate(large.length);
  large.copy(arena.mem, address);
  arena.crcReset(0);
  arena.crcUpdate(0, large, 0, large.length);
  arena.crcReset(1);
  arena.crcUpdate(1, arena.mem, address, address + large.length);
  expect(crcOf(0)).toBe(crcOf(1));
});

test('slots do not disturb each other, and one can be compared', () => {
  arena.crcReset(2);
  arena.crcReset(3);
  arena.crcUpdate(2, Buffer.from('123456789'), 0, 9);
  arena.crcUpdate(3, Buffer.from('something else'), 0, 14);
  const expected = Buffer.from('__cad9b8c414d9c6e9', 'latin1');
  const bytes = Buffer.concat([expected.subarray(0, 2), Buffer.from('cad9b8c414d9c6e9', 'hex')]);
  expect(arena.crcEquals(2, bytes, 2)).toBe(true);
  expect(arena.crcEquals(3, bytes, 2)).toBe(false);
  expect(() => arena.crcReset(4)).toThrow('slot');
});

test('addresses are aligned, apart, and end with the arena', () => {
  const small = createArena(256);
  const first = small.allocate(1);
  const second = small.allocate(64);
  expect(first % 64).toBe(0);
  expect(second - first).toBe(64);
  expect(() => small.allocate(65536)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  expect(small.allocate(128)).toBe(second + 64);
});

test('what was allocated can be had again once all of it was given back', () => {
  const small = createArena(65_536);
  const first = small.allocate(65_536);
  expect(() => small.allocate(65_536)).toThrow('exhausted');
  small.clear();
  expect(small.allocate(65_536)).toBe(first);
});

import { expect, it } from 'vitest';
import { keySlot, SLOTS } from '../../../../electron/engine/router/key-slot.ts';

const slot = (key: string): number => keySlot(Buffer.from(key));

it('counts as CRC16 does', () => {
  // The check value of CRC16/XMODEM is 0x31c3.
  expect(slot('123456789')).toBe(0x31c3 % SLOTS);
  expect(slot('')).toBe(0);
  expect(slot('foo')).toBe(12182);
});

it('takes the tag between the first brace and the first one that closes it', () => {
  expect(slot('{a}{b}')).toBe(slot('a'));
  expect(slot('x{user1000}.following')).toBe(slot('user1000'));
  expect(slot('foo{{bar}}zap')).toBe(slot('{bar'));
  expect(slot('foo{bar}{zap}')).toBe(slot('bar'));
  expect(slot('}{a}')).toBe(slot('a'));
});

it('takes the whole name where there is no tag, or none in it', () => {
  const whole = (key: string): number => {
    let crc = 0;
    for (const byte of Buffer.from(key)) {
      crc ^= byte << 8;
      for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
    }
    return crc % SLOTS;
  };
  for (const key of ['{}x', 'a{b', 'foo{}{bar}', '}{', '{', '}', 'schlüssel', '鍵']) {
    expect([key, slot(key)]).toEqual([key, whole(key)]);
  }
});

it('looks at a part of a buffer and at nothing beside it', () => {
  const around = Buffer.from('{x{tag}y}');
  expect(keySlot(around, 2, 7)).toBe(slot('tag'));
  expect(keySlot(around, 3, 6)).toBe(slot('tag'));
  // The brace that would close the tag lies behind the end.
  expect(keySlot(around, 2, 6)).toBe(slot('{tag'));
});

import { expect, it } from 'vitest';
import { printableBytes } from '../../../../electron/engine/verify/printable-bytes.ts';

it.each([
  ['user:1', 'user:1'],
  ['größe:日本', 'größe:日本'],
  ['a\\b', 'a\\\\b'],
  ['a\nb\\', 'a\\x0ab\\\\'],
  [Buffer.from([0xff, 0x00, 0x41, 0x5c]), '\\xff\\x00A\\\\'],
  [Buffer.from('ü\u0000'), '\\xc3\\xbc\\x00'],
  ['', ''],
])('shows %j', (bytes, shown) => {
  expect(printableBytes(Buffer.from(bytes as string))).toBe(shown);
});

it('cuts what is long, though it be in the middle of a character', () => {
  expect(printableBytes(Buffer.from('abcdef'), 3)).toBe('abc…');
  expect(printableBytes(Buffer.from('aü'), 2)).toBe('a\\xc3…');
});

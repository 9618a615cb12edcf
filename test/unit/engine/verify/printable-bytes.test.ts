import { describe, expect, it } from 'vitest';
import { nameOfPrintable } from '../../../../shared/format/printable-name.ts';
import {
  namedBytes,
  printableBytes,
  printableName,
} from '../../../../electron/engine/verify/printable-bytes.ts';

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

it('cuts a long name in its middle, so that its end tells it apart, and no character of it in two', () => {
  const long = (fill: string, end: string): string =>
    printableName(Buffer.from(`user:${fill.repeat(120)}:${end}`));
  expect(long('ab', 'x')).toMatch(/^user:(ab)+a?…b?(ab)+:x$/);
  expect(long('ab', 'x')).not.toBe(long('ab', 'y'));
  expect(long('日', '1')).toMatch(/^user:日+…日+:1$/);
  // What was cut is never taken for a whole name.
  for (const length of [200, 205, 211, 212, 213, 400])
    expect(nameOfPrintable(printableName(Buffer.alloc(length, 'x'))) === undefined, String(length)).toBe(
      length > 200,
    );
});

describe('a name in a report', () => {
  const back = (name: Buffer): Buffer | undefined => {
    const { key, keyBase64 } = namedBytes(name);
    const text = keyBase64 ?? nameOfPrintable(key);
    return text === undefined ? undefined : Buffer.from(text, 'base64');
  };

  it('tells all of its bytes', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const names = [
      ...[
        '',
        'plain',
        'a\\b',
        '\\x41',
        '\\\\x41',
        'ü→😀',
        '…',
        'x'.repeat(200),
        `${'x'.repeat(199)}…`,
        'é'.repeat(150),
      ],
      ...[all.subarray(0, 200), all, Buffer.concat([Buffer.from('é'.repeat(99)), Buffer.from([0xff, 0xc3])])],
    ];
    for (const name of names) {
      const bytes = Buffer.from(name);
      expect(back(bytes)?.equals(bytes), String(name)).toBe(true);
    }
  });

  it('of very many does not, and says so', () => {
    expect(back(Buffer.alloc(20_000, 'x'))).toBeUndefined();
  });
});

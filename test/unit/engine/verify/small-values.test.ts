import { describe, expect, it } from 'vitest';
import {
  compareSmall,
  parseScore,
  smallReadCommand,
} from '../../../../electron/engine/verify/small-values.ts';

const words = (...list: string[]): Buffer[] => list.map((word) => Buffer.from(word, 'latin1'));

it('reads whole what one command reads', () => {
  expect(['string', 'list', 'set', 'zset', 'hash'].every((kind) => smallReadCommand(kind as 'set'))).toBe(
    true,
  );
  expect([smallReadCommand('stream'), smallReadCommand('module')]).toEqual([undefined, undefined]);
});

describe('compareSmall', () => {
  it('compares strings', () => {
    const [a, b, c] = words('abc', 'abd', 'ab') as [Buffer, Buffer, Buffer];
    expect(compareSmall('string', a, Buffer.from('abc'))).toBeUndefined();
    expect(compareSmall('string', a, b)).toEqual({
      kind: 'value',
      source: 'at byte 2: "c"',
      target: 'at byte 2: "d"',
    });
    expect(compareSmall('string', a, c)).toEqual({ kind: 'value', source: '3 bytes', target: '2 bytes' });
  });

  it('compares lists in order', () => {
    expect(compareSmall('list', words('a', 'b'), words('a', 'b'))).toBeUndefined();
    expect(compareSmall('list', words('a', 'b'), words('b', 'a'))).toMatchObject({
      source: 'element 0: "a"',
    });
    expect(compareSmall('list', words('a', 'b'), words('a'))).toMatchObject({
      source: '2 elements',
      target: '1 element',
    });
  });

  it('compares sets in any order, byte for byte', () => {
    expect(compareSmall('set', words('a', '\u00ff', 'c'), words('c', 'a', '\u00ff'))).toBeUndefined();
    expect(compareSmall('set', words('\u00ff'), words('\u00fe'))).toMatchObject({
      target: 'member "\\xff": absent',
    });
    expect(compareSmall('set', words('a'), words('a', 'b'))).toMatchObject({
      source: '1 member',
      target: '2 members',
    });
  });

  it('compares hashes in any order', () => {
    expect(compareSmall('hash', words('f', '1', 'g', '2'), words('g', '2', 'f', '1'))).toBeUndefined();
    expect(compareSmall('hash', words('f', '1'), words('f', '1.0'))).toMatchObject({
      target: 'field "f": "1.0"',
    });
    expect(compareSmall('hash', words('f', '1'), words('g', '1'))).toMatchObject({
      target: 'field "f": nothing',
    });
    expect(compareSmall('hash', words('f', '1'), words('f', '1', 'g', '2'))).toMatchObject({
      target: '2 fields',
    });
  });

  it('compares scores as numbers', () => {
    const printed = words('m', '0.10000000000000001', 'n', 'inf', 'o', '-0', 'p', '3e+16');
    expect(
      compareSmall('zset', printed, words('p', '30000000000000000', 'm', '0.1', 'n', 'inf', 'o', '0')),
    ).toBeUndefined();
    expect(compareSmall('zset', words('m', '1'), words('m', '1.0000000000000002'))).toMatchObject({
      kind: 'value',
    });
    expect(compareSmall('zset', words('m', 'inf'), words('m', '-inf'))).toMatchObject({ kind: 'value' });
  });

  it('leaves to the next reading what changed under its hands', () => {
    for (const odd of [null, new Error('WRONGTYPE')]) {
      expect(compareSmall('set', odd, words('a'))).toMatchObject({ source: 'changed while it was read' });
      expect(compareSmall('set', words('a'), odd)).toBeDefined();
    }
  });
});

it('parses scores', () => {
  expect(words('inf', '+inf', '-inf', '1e-5', '-3').map(parseScore)).toEqual([
    Infinity,
    Infinity,
    -Infinity,
    0.00001,
    -3,
  ]);
});

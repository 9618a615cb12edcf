import { describe, expect, it } from 'vitest';
import { oneOf, parseBytes, parseCount, parseDuration } from '../../../../electron/headless/cli/units.ts';

const usage = (option: string): unknown =>
  expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(option) });

describe('parseBytes', () => {
  it.each([
    ['1000', 1000],
    ['0', 0],
    ['7b', 7],
    ['1kb', 1024],
    ['512MB', 512 * 1024 ** 2],
    ['8gb', 8 * 1024 ** 3],
    ['2 TB', 2 * 1024 ** 4],
    [' 1.5gb ', 1.5 * 1024 ** 3],
    ['0.0001kb', 0],
  ])('reads %s', (text, bytes) => {
    expect(parseBytes(text, '--buffer-max')).toBe(bytes);
  });

  it.each([
    '',
    'gb',
    '-1',
    '1e9',
    '8gib',
    '8 g b',
    '1,5gb',
    '.5gb',
    '9'.repeat(20),
    '99999999tb',
    '8constructor',
  ])('refuses "%s"', (text) => {
    expect(() => parseBytes(text, '--buffer-max')).toThrow(usage('--buffer-max takes a size'));
  });
});

describe('parseDuration', () => {
  it.each([
    ['5ms', 5],
    ['90s', 90_000],
    ['720m', 43_200_000],
    ['12h', 43_200_000],
    ['2D', 172_800_000],
    ['1.5 h', 5_400_000],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text, '--retry-for')).toBe(ms);
  });

  it.each(['', '5', '-5s', '5 weeks', 's', '1e3s', '9'.repeat(20) + 'd'])('refuses "%s"', (text) => {
    expect(() => parseDuration(text, '--retry-for')).toThrow(usage('--retry-for takes a duration'));
  });
});

describe('parseCount', () => {
  it('reads whole numbers', () => {
    expect(parseCount('0', '-n')).toBe(0);
    expect(parseCount(' 999999999999999 ', '-n')).toBe(999_999_999_999_999);
  });

  it.each(['', ' ', '-1', '+1', '1.0', '1e3', '0x10', 'one', '9'.repeat(16)])('refuses "%s"', (text) => {
    expect(() => parseCount(text, '-n')).toThrow(usage('-n takes a whole number'));
  });
});

describe('oneOf', () => {
  it('takes what is allowed, and names it otherwise', () => {
    expect(oneOf('b', ['a', 'b'], '--x')).toBe('b');
    expect(() => oneOf('B', ['a', 'b'], '--x')).toThrow('--x is one of a, b, not "B"');
    expect(() => oneOf('', ['a', 'b'], '--x')).toThrow(usage('--x'));
  });
});

import { describe, expect, it } from 'vitest';
import { CommandReader } from '../../../../../electron/engine/protocol/resp/command-reader.ts';
import { command } from '../../../../../electron/engine/protocol/resp/encode.ts';
import { randomOf } from '../../../../support/rdb/portions.ts';

const PROTOCOL = expect.objectContaining({ code: 'SOURCE_PROTOCOL' });

/** The arguments of the command that was read last. */
const args = (reader: CommandReader, buf: Buffer): string[] =>
  Array.from({ length: reader.count }, (_, i) => buf.toString('latin1', reader.from[i], reader.to[i]));

const COMMANDS = [
  ['PING'],
  ['SET', 'key', ''],
  ['SET', '', 'value\r\n$3\r\n*2\r\n'],
  ['MSET', ...Array.from({ length: 700 }, (_, i) => `argument ${i}`)],
  ['APPEND', 'k', '\x00\xff\r\n'.repeat(2000)],
  ['EXEC'],
];
const asBuffers = (words: readonly string[]): Buffer[] => words.map((word) => Buffer.from(word, 'latin1'));

describe('read', () => {
  it('finds the arguments of one command after another', () => {
    const stream = Buffer.concat(COMMANDS.map((words) => command(...asBuffers(words))));
    const reader = new CommandReader();
    let at = 0;
    for (const words of COMMANDS) {
      at = reader.read(stream, at, stream.length);
      expect(args(reader, stream)).toEqual(words);
    }
    expect(at).toBe(stream.length);
  });

  it('says 0 at every byte before the last', () => {
    for (const words of COMMANDS) {
      const bytes = Buffer.concat([Buffer.from('xyz'), command(...asBuffers(words)), Buffer.from('*1')]);
      const end = bytes.length - 2;
      const reader = new CommandReader();
      const step = Math.max(1, Math.floor(end / 500));
      for (let to = 4; to < end; to += to > end - 20 || to < 50 ? 1 : step)
        expect(reader.read(bytes, 3, to)).toBe(0);
      expect(reader.read(bytes, 3, end)).toBe(end);
      expect(args(reader, bytes)).toEqual(words);
    }
  });

  it('waits for the bytes of a huge count without taking memory for it', () => {
    const reader = new CommandReader();
    const bytes = Buffer.from('*2147483647\r\n$3\r\nDEL\r\n');
    expect(reader.read(bytes, 0, bytes.length)).toBe(0);
    expect(reader.from.length).toBe(256);
    const length = Buffer.from('*2\r\n$999999999999\r\nx');
    expect(reader.read(length, 0, length.length)).toBe(0);
  });

  it.each([
    '+OK\r\n',
    '\n*1\r\n',
    'PING\r\n',
    '*-1\r\n',
    '*0\r\n',
    '*\r\n',
    '*1x\r\n',
    '*2147483648\r\n',
    '*99999999999999999999\r\n',
    '*1\r\n*4\r\nPING\r\n',
    '*1\r\n$-1\r\n',
    '*1\r\n$ 4\r\nPING\r\n',
    '*1\r\n$3\r\nPING\r\n',
    '*2\r\n$4\r\nPING\r\nPONG\r\n',
    // At once, not when as many bytes have come.
    '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9223372036854775807\r\nx',
    '*1\r\n$9223372036854775807\r\n',
    `*1\r\n$${'9'.repeat(400)}`,
    `*${'9'.repeat(400)}`,
  ])('refuses %j', (text) => {
    const bytes = Buffer.from(text);
    expect(() => new CommandReader().read(bytes, 0, bytes.length)).toThrow(PROTOCOL);
  });

  it('shows the beginning of what it refuses, printable and cut', () => {
    const bytes = Buffer.from(`\x1b[2J${'x'.repeat(100)}`);
    expect(() => new CommandReader().read(bytes, 0, bytes.length)).toThrow(
      `the stream holds ".[2J${'x'.repeat(36)}" where`,
    );
  });

  it('never reads beyond the end, whatever the bytes', () => {
    const random = randomOf(5);
    const alphabet = '*$0123456789\r\nSETx';
    const reader = new CommandReader();
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      const text = Array.from({ length: 30 }, () => alphabet[Math.floor(random() * alphabet.length)]).join(
        '',
      );
      const bytes = Buffer.from(`*${1 + (round % 3)}\r\n$${round % 4}\r\n${text}`);
      try {
        const next = reader.read(bytes, 0, bytes.length);
        expect(next === 0 || (next > 0 && next <= bytes.length)).toBe(true);
      } catch (error) {
        expect(error).toEqual(PROTOCOL);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('head', () => {
  const reader = new CommandReader();

  it('reads the number, and where it ends', () => {
    const bytes = Buffer.from('..*12\r\n$345\r\nx');
    expect(reader.head(bytes, 2, bytes.length, 42)).toBe(12);
    expect(reader.next).toBe(7);
    expect(reader.head(bytes, 7, bytes.length, 36)).toBe(345);
    expect(reader.next).toBe(13);
  });

  it('says -1 before its end has come', () => {
    const bytes = Buffer.from('$345\r\n');
    for (let end = 0; end < bytes.length; end++) expect(reader.head(bytes, 0, end, 36)).toBe(-1);
  });

  it.each([
    '*3\r\n',
    '$3x\r\n',
    '$-1\r\n',
    `$${'1'.repeat(30)}`,
    '$9007199254740991\r\n',
    '$99999999999999999999\r\n',
  ])('refuses %j', (text) => {
    const bytes = Buffer.from(text);
    expect(() => reader.head(bytes, 0, bytes.length, 36)).toThrow(PROTOCOL);
  });
});

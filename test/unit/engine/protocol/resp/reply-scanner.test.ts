import { describe, expect, it } from 'vitest';
import { REPLY, ReplyScanner } from '../../../../../electron/engine/protocol/resp/reply-scanner.ts';
import { randomOf } from '../../../../support/rdb/portions.ts';

const NAMES = new Map<number, string>(Object.entries(REPLY).map(([name, kind]) => [kind, name]));

/** A scanner, and what it tells: a kind for each reply, `!element text` for each error before it. */
function listen(): { scanner: ReplyScanner; told: string[] } {
  const told: string[] = [];
  const scanner = new ReplyScanner({
    reply: (kind) => told.push(NAMES.get(kind)!),
    error: (text, element) => told.push(`!${element} ${text}`),
  });
  return { scanner, told };
}

/** Scans text that lies somewhere inside of a buffer, in portions. */
function scan(scanner: ReplyScanner, text: string, nextSize: () => number): void {
  const buf = Buffer.from(`###${text}###`, 'latin1');
  for (let from = 3; from < buf.length - 3;) {
    const to = Math.min(buf.length - 3, from + nextSize());
    scanner.push(buf, from, to);
    from = to;
  }
}

const CASES: readonly (readonly [name: string, text: string, told: readonly string[]])[] = [
  [
    'simple strings',
    '+OK\r\n+QUEUED\r\n+PONG\r\n+\r\n+Q\r\n',
    ['SIMPLE', 'SIMPLE', 'SIMPLE', 'SIMPLE', 'SIMPLE'],
  ],
  ['integers', ':0\r\n:-1\r\n:9223372036854775807\r\n', ['INTEGER', 'INTEGER', 'INTEGER']],
  ['bulk strings', '$0\r\n\r\n$5\r\n*1\r\n-\r\n$2\r\n\r\n\r\n', ['BULK', 'BULK', 'BULK']],
  ['nulls', '$-1\r\n*-1\r\n', ['NIL', 'NIL']],
  ['an error', '-WRONGTYPE not that\r\n+OK\r\n', ['!-1 WRONGTYPE not that', 'ERROR', 'SIMPLE']],
  ['an empty array', '*0\r\n+OK\r\n', ['ARRAY', 'SIMPLE']],
  [
    'an array of every kind',
    '*6\r\n+OK\r\n:1\r\n$3\r\nabc\r\n$-1\r\n*-1\r\n*0\r\n+OK\r\n',
    ['ARRAY', 'SIMPLE'],
  ],
  [
    'errors in an array, with their place',
    '*4\r\n+OK\r\n-ERR one\r\n:1\r\n-ERR two\r\n',
    ['!1 ERR one', '!3 ERR two', 'ARRAY'],
  ],
  [
    'an error at depth, with the place of what holds it',
    '*3\r\n*2\r\n:1\r\n*2\r\n+a\r\n*0\r\n:7\r\n*2\r\n*1\r\n-ERR deep\r\n-ERR deeper\r\n-ERR not seen\r\n',
    ['!2 ERR deep', '!2 ERR deeper', 'ARRAY', '!-1 ERR not seen', 'ERROR'],
  ],
  ['arrays that end together', '*1\r\n*1\r\n*1\r\n$1\r\nx\r\n*1\r\n:1\r\n', ['ARRAY', 'ARRAY']],
  ['an array that ends in a null', '*2\r\n*1\r\n$-1\r\n$-1\r\n:1\r\n', ['ARRAY', 'INTEGER']],
  ['a line end without CR', '+OK\n:1\n', ['SIMPLE', 'INTEGER']],
];

describe.each(CASES)('%s', (_, text, told) => {
  it('is told whole', () => {
    const heard = listen();
    scan(heard.scanner, text, () => text.length);
    expect(heard.told).toEqual(told);
  });

  it('is told byte by byte and in any portions', () => {
    const random = randomOf(text.length);
    for (let round = 0; round < 40; round++) {
      const heard = listen();
      scan(heard.scanner, text.repeat(3), () => (round === 0 ? 1 : 1 + Math.floor(random() * 12)));
      expect(heard.told).toEqual([...told, ...told, ...told]);
    }
  });
});

describe('large replies', () => {
  it('are skipped, however large', () => {
    const heard = listen();
    const text = `*2\r\n$3000000\r\n${'-ERR x\r\n'.repeat(375_000)}\r\n:1\r\n+OK\r\n`;
    scan(heard.scanner, text, () => 65_537);
    expect(heard.told).toEqual(['ARRAY', 'SIMPLE']);
  });

  it('may have a long error, which is cut', () => {
    const heard = listen();
    scan(heard.scanner, `-${'e'.repeat(5000)}\r\n`, () => 700);
    expect(heard.told).toEqual([`!-1 ${'e'.repeat(599)}`, 'ERROR']);
  });

  it('must not have an endless line', () => {
    const { scanner } = listen();
    expect(() => scan(scanner, `+${'x'.repeat(70_000)}`, () => 1000)).toThrow(
      expect.objectContaining({ code: 'TARGET_PROTOCOL' }),
    );
  });
});

describe('capturing', () => {
  const text = '*6\r\n$3\r\nabc\r\n$-1\r\n:12\r\n+fine\r\n$0\r\n\r\n$4\r\n\r\n\xff\x00\r\n';

  it('keeps what an array holds, whatever the portions', () => {
    for (let size = 1; size <= text.length; size++) {
      const { scanner, told } = listen();
      scanner.capturing = true;
      scan(scanner, text, () => size);
      expect(scanner.captured).toEqual(['abc', null, '12', 'fine', '', '\r\n\xff\x00']);
      expect(told).toEqual(['ARRAY']);
    }
  });

  it('keeps a single string, and nothing when it is off', () => {
    const { scanner } = listen();
    scanner.capturing = true;
    scan(scanner, '$3\r\nabc\r\n+OK\r\n', () => 2);
    expect(scanner.captured).toEqual(['abc']);
    scanner.captured = [];
    scanner.capturing = false;
    scan(scanner, text, () => 2);
    expect(scanner.captured).toEqual([]);
  });

  it('may be turned on and off between two replies', () => {
    const kinds: string[] = [];
    const scanner: ReplyScanner = new ReplyScanner({
      reply: () => {
        kinds.push(scanner.captured.join());
        scanner.capturing = kinds.length === 1;
        scanner.captured = [];
      },
      error: () => undefined,
    });
    scan(scanner, '*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n*1\r\n$1\r\nc\r\n', () => 1000);
    expect(kinds).toEqual(['', 'b', '']);
  });
});

describe('what is no reply', () => {
  it.each([
    'PONG\r\n',
    '_\r\n',
    '%1\r\n',
    '$x\r\n',
    '$\r\n',
    '*\r\n',
    '$-\r\n',
    '*1\r\n(12\r\n',
    '\r\n',
    '$1x\r\n',
    '$9223372036854775807\r\n',
    '*9223372036854775807\r\n',
    `$${'9'.repeat(400)}\r\n`,
    '*1\r\n'.repeat(2000),
  ])('is refused: %j', (text) => {
    const { scanner } = listen();
    expect(() => scan(scanner, text, () => text.length)).toThrow(
      expect.objectContaining({ code: 'TARGET_PROTOCOL' }),
    );
  });
});

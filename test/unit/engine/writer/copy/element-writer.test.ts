import { describe, expect, it } from 'vitest';
import { ELEMENT_BOUND } from '../../../../../electron/engine/protocol/rdb/bounds.ts';
import { NO_EXPIRY } from '../../../../../electron/engine/protocol/rdb/events.ts';
import { RDB_TYPE, type RdbType } from '../../../../../electron/engine/protocol/rdb/types.ts';
import { ElementWriter } from '../../../../../electron/engine/writer/copy/element-writer.ts';
import { exactly } from '../../../../../electron/engine/expiry/late-expiry.ts';
import { lateText, longLate } from '../../../../support/lateness.ts';
import { abilities, Sink } from '../../../../support/target/sink.ts';

const AT = 1_800_000_000_000;
const KEY = Buffer.from('k\xe9\r\n', 'latin1');
const KEY_TEXT = 'k\xe9\r\n';

/** Text larger than a window lets through in one piece. */
const large = (letter: string): string => letter.repeat(2 * ELEMENT_BOUND + 3);

class Bench {
  readonly sink = new Sink();
  readonly writer: ElementWriter;

  constructor(version = '7.4.1', lateness = longLate(), buildKey?: string) {
    const { output } = this.sink;
    this.writer = new ElementWriter({ output, abilities: abilities(version), lateness, buildKey });
  }

  start(type: RdbType, expireAtMs = NO_EXPIRY): this {
    this.writer.start(type, KEY, expireAtMs);
    return this;
  }

  element(text: string): this {
    const buf = Buffer.from(`<${text}>`, 'latin1');
    this.writer.element(buf, 1, buf.length - 1);
    buf.fill(0xaa);
    return this;
  }

  scored(text: string, score: string): this {
    const buf = Buffer.from(`<${text}>`, 'latin1');
    this.writer.scored(buf, 1, buf.length - 1, score);
    buf.fill(0xaa);
    return this;
  }

  field(name: string, value: string, expireAtMs = NO_EXPIRY): this {
    const buf = Buffer.from(`<${name}><${value}>`, 'latin1');
    const middle = name.length + 1;
    this.writer.field(buf, 1, middle, buf, middle + 2, buf.length - 1, expireAtMs);
    buf.fill(0xaa);
    return this;
  }

  largeElement(
    role: 'element' | 'field-name' | 'field-value' | 'member',
    text: string,
    expireAtMs = NO_EXPIRY,
  ): this {
    this.writer.largeElement(role, text.length, expireAtMs);
    return this.parts(text);
  }

  parts(text: string): this {
    const bytes = Buffer.from(text, 'latin1');
    for (let from = 0; from < bytes.length; from += ELEMENT_BOUND) {
      const part = Buffer.from(bytes.subarray(from, from + ELEMENT_BOUND));
      this.writer.part(part, 0, part.length);
      part.fill(0xaa);
    }
    return this;
  }

  end(): string[][] {
    this.writer.end();
    return this.sink.commands();
  }
}

describe('a value element by element', () => {
  it.each<[string, RdbType, string]>([
    ['list', RDB_TYPE.LIST_QUICKLIST_2, 'RPUSH'],
    ['set', RDB_TYPE.SET_LISTPACK, 'SADD'],
  ])('a %s', (_, type, name) => {
    expect(new Bench().start(type).element('a').element('').element('\x00\xff').end()).toEqual([
      ['UNLINK', KEY_TEXT],
      [name, KEY_TEXT, 'a', '', '\x00\xff'],
    ]);
  });

  it('a sorted set, the score first', () => {
    expect(new Bench().start(RDB_TYPE.ZSET_2).scored('a', '1.5').scored('b', '-inf').end()).toEqual([
      ['UNLINK', KEY_TEXT],
      ['ZADD', KEY_TEXT, '1.5', 'a', '-inf', 'b'],
    ]);
  });

  it('a hash, by the command that every version knows', () => {
    expect(new Bench('2.8.24').start(RDB_TYPE.HASH).field('f', 'v').field('', '').end()).toEqual([
      ['DEL', KEY_TEXT],
      ['HMSET', KEY_TEXT, 'f', 'v', '', ''],
    ]);
  });

  it('a string, which needs no removing', () => {
    const bench = new Bench().start(RDB_TYPE.STRING);
    bench.writer.string(large('s').length);
    expect(bench.parts(large('s')).end()).toEqual([['SET', KEY_TEXT, large('s')]]);
  });

  it('an empty string', () => {
    const bench = new Bench().start(RDB_TYPE.STRING);
    bench.writer.string(0);
    expect(bench.end()).toEqual([['SET', KEY_TEXT, '']]);
  });

  it('gets its expiry last', () => {
    expect(new Bench().start(RDB_TYPE.SET, AT).element('a').end().at(-1)).toEqual([
      'PEXPIREAT',
      KEY_TEXT,
      String(AT),
    ]);
  });

  it('comes in commands of bounded size, in order', () => {
    const bench = new Bench().start(RDB_TYPE.LIST);
    for (let i = 0; i < 1000; i++) bench.element(`element ${i}`);
    const commands = bench.end();
    expect(commands.length).toBe(5);
    expect(commands.slice(1).flatMap((words) => words.slice(2))).toEqual(
      Array.from({ length: 1000 }, (_, i) => `element ${i}`),
    );
  });

  it('follows another without a trace of it', () => {
    const bench = new Bench();
    bench.start(RDB_TYPE.LIST, AT).element('a');
    bench.writer.end();
    bench.start(RDB_TYPE.SET).element('b');
    expect(bench.end()).toEqual([
      ['UNLINK', KEY_TEXT],
      ['RPUSH', KEY_TEXT, 'a'],
      ['PEXPIREAT', KEY_TEXT, String(AT)],
      ['UNLINK', KEY_TEXT],
      ['SADD', KEY_TEXT, 'b'],
    ]);
  });

  it('of a module is refused', () => {
    expect(() => new Bench().start(RDB_TYPE.MODULE_2)).toThrow(
      expect.objectContaining({ code: 'VALUE_UNSUPPORTED' }),
    );
  });
});

describe('what does not fit a command of bounded size', () => {
  const medium = 'm'.repeat(40_000);

  it('goes out in a command of its own, in its place', () => {
    expect(new Bench().start(RDB_TYPE.LIST).element('a').element(medium).element('b').end().slice(1)).toEqual(
      [
        ['RPUSH', KEY_TEXT, 'a'],
        ['RPUSH', KEY_TEXT, medium],
        ['RPUSH', KEY_TEXT, 'b'],
      ],
    );
    expect(new Bench().start(RDB_TYPE.ZSET).scored('a', '1').scored(medium, '2').end().slice(1)).toEqual([
      ['ZADD', KEY_TEXT, '1', 'a'],
      ['ZADD', KEY_TEXT, '2', medium],
    ]);
    expect(new Bench().start(RDB_TYPE.HASH).field('f', medium).field(medium, '').end().slice(1)).toEqual([
      ['HMSET', KEY_TEXT, 'f', medium],
      ['HMSET', KEY_TEXT, medium, ''],
    ]);
  });

  it('may come in parts', () => {
    const bench = new Bench()
      .start(RDB_TYPE.LIST)
      .element('a')
      .largeElement('element', large('x'))
      .element('b');
    expect(bench.end().slice(1)).toEqual([
      ['RPUSH', KEY_TEXT, 'a'],
      ['RPUSH', KEY_TEXT, large('x')],
      ['RPUSH', KEY_TEXT, 'b'],
    ]);
  });

  it('may be a member whose score comes last', () => {
    const bench = new Bench().start(RDB_TYPE.ZSET_2).scored('a', '1').largeElement('member', large('x'));
    bench.writer.score('2.5');
    expect(bench.scored('b', '3').end().slice(1)).toEqual([
      ['ZADD', KEY_TEXT, '1', 'a'],
      ['ZADD', KEY_TEXT, '2.5', large('x')],
      ['ZADD', KEY_TEXT, '3', 'b'],
    ]);
  });

  it('may be the name or the value of a field', () => {
    const bench = new Bench().start(RDB_TYPE.HASH).field('f', 'v');
    bench.largeElement('field-name', 'small').largeElement('field-value', large('v'));
    bench.largeElement('field-name', large('n')).largeElement('field-value', '');
    bench.largeElement('field-name', '').largeElement('field-value', large('w'));
    expect(bench.field('g', 'w').end().slice(1)).toEqual([
      ['HMSET', KEY_TEXT, 'f', 'v'],
      ['HMSET', KEY_TEXT, 'small', large('v')],
      ['HMSET', KEY_TEXT, large('n'), ''],
      ['HMSET', KEY_TEXT, '', large('w')],
      ['HMSET', KEY_TEXT, 'g', 'w'],
    ]);
  });
});

describe('the expiry of fields', () => {
  const pexpire = (field: string, at: number): string[] => [
    'HPEXPIREAT',
    KEY_TEXT,
    lateText(at),
    'FIELDS',
    '1',
    field,
  ];

  it('follows each field that has one', () => {
    expect(
      new Bench()
        .start(RDB_TYPE.HASH_METADATA)
        .field('a', '1')
        .field('b', '2', AT)
        .field('c', '3')
        .end()
        .slice(1),
    ).toEqual([['HMSET', KEY_TEXT, 'a', '1', 'b', '2'], pexpire('b', AT), ['HMSET', KEY_TEXT, 'c', '3']]);
  });

  it('is the true one when expiry is not held back', () => {
    expect(
      new Bench('7.4.1', exactly()).start(RDB_TYPE.HASH_METADATA).field('a', '1', AT).end().at(-1),
    ).toEqual(['HPEXPIREAT', KEY_TEXT, String(AT), 'FIELDS', '1', 'a']);
  });

  it('of large fields goes to each of them its own', () => {
    const bench = new Bench().start(RDB_TYPE.HASH_METADATA);
    bench.largeElement('field-name', 'a', AT).largeElement('field-value', large('1'), AT);
    bench.largeElement('field-name', 'b', AT + 1).largeElement('field-value', large('2'), AT + 1);
    bench.largeElement('field-name', 'c').largeElement('field-value', large('3'));
    bench.largeElement('field-name', 'd', AT + 2).largeElement('field-value', large('4'), AT + 2);
    bench.field('e', '5');
    const expiry = bench.end().filter(([name]) => name === 'HPEXPIREAT');
    expect(expiry).toEqual([pexpire('a', AT), pexpire('b', AT + 1), pexpire('d', AT + 2)]);
  });

  it('of large fields may be told behind their values', () => {
    const bench = new Bench().start(RDB_TYPE.VALKEY_HASH_2);
    bench.largeElement('field-name', 'a').largeElement('field-value', large('1')).writer.fieldExpiry(AT);
    bench.largeElement('field-name', 'b').largeElement('field-value', large('2'));
    bench.writer.fieldExpiry(NO_EXPIRY);
    bench.field('c', '3', AT + 1);
    bench
      .largeElement('field-name', 'd')
      .largeElement('field-value', large('4'))
      .writer.fieldExpiry(AT + 2);
    const expiry = bench.end().filter(([name]) => name === 'HPEXPIREAT');
    expect(expiry).toEqual([pexpire('a', AT), pexpire('c', AT + 1), pexpire('d', AT + 2)]);
  });

  it('does not outlive its hash', () => {
    const bench = new Bench().start(RDB_TYPE.HASH_METADATA);
    bench.largeElement('field-name', 'a', AT).largeElement('field-value', large('1'), AT);
    bench.writer.end();
    bench.start(RDB_TYPE.HASH_METADATA).field('b', '2');
    expect(bench.end().at(-1)).toEqual(['HMSET', KEY_TEXT, 'b', '2']);
  });

  it('is refused by a target that knows none', () => {
    expect(() => new Bench('7.2.5').start(RDB_TYPE.HASH_METADATA).field('a', '1', AT)).toThrow(
      expect.objectContaining({ code: 'VALUE_UNSUPPORTED', message: expect.stringContaining('k\\xe9') }),
    );
  });
});

describe('a value that is built under a name of our own', () => {
  const build = (version?: string): Bench => new Bench(version, longLate(), 'own');

  it('takes the place of its key in one step, with its expiry', () => {
    expect(build().start(RDB_TYPE.SET, AT).element('a').end()).toEqual([
      ['UNLINK', 'own'],
      ['SADD', 'own', 'a'],
      ['MULTI'],
      ['UNLINK', KEY_TEXT],
      ['RENAME', 'own', KEY_TEXT],
      ['PEXPIREAT', KEY_TEXT, String(AT)],
      ['EXEC'],
    ]);
  });

  it('has no need of what an old server does not know', () => {
    expect(build('3.2.12').start(RDB_TYPE.LIST).element('a').end()).toEqual([
      ['DEL', 'own'],
      ['RPUSH', 'own', 'a'],
      ['MULTI'],
      ['RENAME', 'own', KEY_TEXT],
      ['EXEC'],
    ]);
  });

  it('is held by a field of our own while its fields may expire', () => {
    const commands = build().start(RDB_TYPE.HASH_METADATA).field('a', '1', AT).field('b', '2', AT).end();
    const names = commands.map(([name]) => name);
    expect(names).toEqual([
      'UNLINK',
      'HMSET',
      'HSET',
      'HPEXPIREAT',
      'HMSET',
      'HPEXPIREAT',
      'MULTI',
      'UNLINK',
      'RENAME',
      'HDEL',
      'EXEC',
    ]);
    expect(commands[9]).toEqual(['HDEL', KEY_TEXT, commands[2]![2]]);
  });

  it('is not needed for a string, which is one command', () => {
    const bench = build().start(RDB_TYPE.STRING, AT);
    bench.writer.string(large('s').length);
    expect(
      bench
        .parts(large('s'))
        .end()
        .map((words) => words.slice(0, 2)),
    ).toEqual([
      ['SET', KEY_TEXT],
      ['PEXPIREAT', KEY_TEXT],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { createArena } from '../../../../../electron/engine/arena/arena.ts';
import { NO_EXPIRY } from '../../../../../electron/engine/protocol/rdb/events.ts';
import {
  RDB_TYPE,
  RDB_VERSION_OF_TYPE,
  type RdbType,
} from '../../../../../electron/engine/protocol/rdb/types.ts';
import { OUTPUT_BYTES } from '../../../../../electron/engine/protocol/resp/command-output.ts';
import { command } from '../../../../../electron/engine/protocol/resp/encode.ts';
import { ValueWriter } from '../../../../../electron/engine/writer/copy/value-writer.ts';
import { plainCrc64 } from '../../../../support/crc64.ts';
import { integerString, join, length, lzfString, string } from '../../../../support/rdb/builder.ts';
import { abilities, Sink } from '../../../../support/target/sink.ts';

const AT = 1_800_000_000_000;
const KEY = Buffer.from('k\xe9\r\n', 'latin1');

const arena = createArena(4 * OUTPUT_BYTES + 1024 * 1024);
const outputs = arena.allocate(3 * OUTPUT_BYTES);
const spool = arena.allocate(1024 * 1024);

type Write = (
  writer: ValueWriter,
  buf: Buffer,
  keyFrom: number,
  keyTo: number,
  from: number,
  to: number,
) => void;

/** What is written for a key and a body that lie beside each other in the arena, as in a spool. */
function written(body: Buffer, write: Write, version = '7.4.1', buildKey?: string): Buffer {
  const sink = new Sink(arena.mem, outputs);
  const keyFrom = spool + 3;
  const from = keyFrom + KEY.length + 2;
  KEY.copy(arena.mem, keyFrom);
  body.copy(arena.mem, from);
  arena.mem.fill(0x7e, from + body.length, from + body.length + 20);
  write(
    new ValueWriter({ arena, output: sink.output, abilities: abilities(version), buildKey }),
    arena.mem,
    keyFrom,
    keyFrom + KEY.length,
    from,
    from + body.length,
  );
  sink.commands();
  return sink.bytes();
}

const asString = (body: Buffer, expireAtMs = NO_EXPIRY, version?: string): Buffer =>
  written(
    body,
    (writer, buf, ...at) => writer.string(buf, at[0], at[1], buf, at[2], at[3], expireAtMs),
    version,
  );

const asRestore = (
  type: RdbType,
  body: Buffer,
  expireAtMs = NO_EXPIRY,
  version?: string,
  buildKey?: string,
): Buffer =>
  written(
    body,
    (writer, buf, ...at) => writer.restore(type, buf, at[0], at[1], buf, at[2], at[3], expireAtMs),
    version,
    buildKey,
  );

/** A payload as DUMP gives it. */
function payload(type: RdbType, body: Buffer, rdbVersion = RDB_VERSION_OF_TYPE[type]): Buffer {
  const head = join(type, body, rdbVersion, 0);
  const footer = Buffer.alloc(8);
  footer.writeBigUInt64LE(plainCrc64(head));
  return join(head, footer);
}

const expectSame = (bytes: Buffer, ...commands: readonly (readonly (string | Buffer)[])[]): void => {
  expect(bytes.toString('latin1')).toBe(
    Buffer.concat(commands.map((words) => command(...words))).toString('latin1'),
  );
};

describe('a string', () => {
  it.each([0, 1, 63, 64, 16_383, 16_384, 200_000])('of %i bytes becomes SET', (bytes) => {
    const value = Buffer.alloc(bytes, 'ab\r\n');
    expectSame(asString(string(value)), ['SET', KEY, value]);
  });

  it('may have its length in any form', () => {
    const value = Buffer.from('value');
    for (const bits of [6, 14, 32, 64] as const)
      expectSame(asString(join(length(5, bits), value)), ['SET', KEY, 'value']);
  });

  it.each([
    [0, 8],
    [-128, 8],
    [127, 8],
    [-32_768, 16],
    [32_767, 16],
    [-2_147_483_648, 32],
    [2_147_483_647, 32],
  ] as const)('that is the integer %i of %i bits is written out', (value, bits) => {
    expectSame(asString(integerString(value, bits)), ['SET', KEY, String(value)]);
  });

  it('that is compressed and small is written out', () => {
    for (const text of [
      'abc'.repeat(40),
      'v'.repeat(256),
      'x'.repeat(20) + 'no more of that' + 'y'.repeat(30),
    ])
      expectSame(asString(lzfString(text)), ['SET', KEY, text]);
    expectSame(asString(lzfString('abc'.repeat(40)), AT), [
      ...['SET', KEY, 'abc'.repeat(40), 'PXAT'],
      String(AT),
    ]);
  });

  it('that is compressed and larger, or would be, stays so', () => {
    const mixed = Array.from({ length: 40 }, (_, i) => `${i}abcabc`).join('');
    for (const text of ['v'.repeat(257), 'abc'.repeat(100), mixed.slice(0, 250)]) {
      const body = lzfString(text);
      expectSame(asString(body), ['RESTORE', KEY, '0', payload(RDB_TYPE.STRING, body), 'REPLACE']);
    }
  });

  it('that does not come out of what is said to be compressed is told of', () => {
    const body = lzfString('abc'.repeat(40));
    expect([body[2], body[3]]).toEqual([0x40, 120]);
    body[3] = 119;
    expect(() => asString(body)).toThrow('does not decompress to its length');
  });

  it('has its expiry with it where the target knows PXAT, behind it otherwise', () => {
    expectSame(asString(string('v'), AT), ['SET', KEY, 'v', 'PXAT', String(AT)]);
    expectSame(asString(string('v'), AT, '6.0.20'), ['SET', KEY, 'v'], ['PEXPIREAT', KEY, String(AT)]);
    expectSame(asString(integerString(5, 8), AT), ['SET', KEY, '5', 'PXAT', String(AT)]);
  });
});

describe('a value as it stands', () => {
  const body = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7) & 255));

  it.each(Object.entries(RDB_TYPE))(
    'of type %s has a payload with the least version and its checksum',
    (_, type) => {
      expectSame(asRestore(type, body), ['RESTORE', KEY, '0', payload(type, body), 'REPLACE']);
    },
  );

  it('may be empty or large', () => {
    for (const bytes of [0, 1, 262_144]) {
      const large = Buffer.alloc(bytes, 'xyz');
      expectSame(asRestore(RDB_TYPE.HASH, large), [
        'RESTORE',
        KEY,
        '0',
        payload(RDB_TYPE.HASH, large),
        'REPLACE',
      ]);
    }
  });

  it('has its expiry with it where the target knows ABSTTL, behind it otherwise', () => {
    const set = payload(RDB_TYPE.SET, body);
    expectSame(asRestore(RDB_TYPE.SET, body, AT), ['RESTORE', KEY, String(AT), set, 'REPLACE', 'ABSTTL']);
    expectSame(
      asRestore(RDB_TYPE.SET, body, AT, '4.0.14'),
      ['RESTORE', KEY, '0', set, 'REPLACE'],
      ['PEXPIREAT', KEY, String(AT)],
    );
  });

  it('is stamped with the version of a target that takes no other', () => {
    expectSame(asRestore(RDB_TYPE.SET, body, NO_EXPIRY, '3.0.7'), [
      'RESTORE',
      KEY,
      '0',
      payload(RDB_TYPE.SET, body, 6),
      'REPLACE',
    ]);
  });

  it('replaces by removing first where the target knows no REPLACE', () => {
    expectSame(
      asRestore(RDB_TYPE.SET, body, AT, '2.8.24'),
      ['DEL', KEY],
      ['RESTORE', KEY, '0', payload(RDB_TYPE.SET, body, 6)],
      ['PEXPIREAT', KEY, String(AT)],
    );
  });

  it('replaces by way of a name of our own there, so that the key can be read all the time', () => {
    expectSame(
      asRestore(RDB_TYPE.SET, body, AT, '2.8.24', 'own'),
      ['DEL', 'own'],
      ['RESTORE', 'own', '0', payload(RDB_TYPE.SET, body, 6)],
      ['RENAME', 'own', KEY],
      ['PEXPIREAT', KEY, String(AT)],
    );
    expect(asRestore(RDB_TYPE.SET, body, AT, '7.4.1', 'own')).toEqual(asRestore(RDB_TYPE.SET, body, AT));
  });
});

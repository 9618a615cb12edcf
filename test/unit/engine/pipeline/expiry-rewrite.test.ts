import { describe, expect, it } from 'vitest';
import { CommandReader } from '../../../../electron/engine/protocol/resp/command-reader.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { ExpiryRewrite } from '../../../../electron/engine/pipeline/expiry-rewrite.ts';
import { exactly } from '../../../../electron/engine/expiry/late-expiry.ts';
import { LATEST_FIELD_EXPIRY_MS } from '../../../../shared/model/lateness.ts';
import { lateText, longLate } from '../../../support/lateness.ts';
import { abilities, Sink } from '../../../support/target/sink.ts';

const NOW = 1_700_000_000_000;
const table = new CommandTable([]);

type Given = readonly (string | Buffer)[];
interface Target {
  readonly exact?: boolean;
  readonly version?: string;
}

/** What the target is sent for one command, as bytes; it lies behind other bytes, as in a spool. */
function rewritten(given: Given, { exact = false, version = '7.4.1' }: Target = {}): Buffer {
  const buf = Buffer.concat([Buffer.from('#####'), command(...given), Buffer.from('*1\r\n')]);
  const reader = new CommandReader();
  reader.read(buf, 5, buf.length);
  const { row } = table.find(buf, reader.from[0]!, reader.to[0]!)!;
  const sink = new Sink();
  const rewrite = new ExpiryRewrite({
    lateness: exact ? exactly() : longLate(),
    abilities: abilities(version),
  });
  const count = rewrite.write(row, buf, reader, sink.output, NOW);
  expect(sink.commands()).toHaveLength(count);
  return sink.bytes();
}

const expectBytes = (given: Given, expected: readonly Given[], target?: Target): void => {
  const bytes = Buffer.concat(expected.map((words) => command(...words)));
  expect(rewritten(given, target).toString('latin1')).toBe(bytes.toString('latin1'));
};

/** A time on the source as the target is told it. */
const held = lateText;
const fieldHeld = lateText;
const AT = 1_800_000_000_000;

describe('a time for a key', () => {
  it.each<[string, Given, number]>([
    ['EXPIRE', ['EXPIRE', 'k', '10'], NOW + 10_000],
    ['PEXPIRE', ['pexpire', 'k', '10'], NOW + 10],
    ['EXPIREAT', ['ExpireAt', 'k', '1800000000'], AT],
    ['PEXPIREAT', ['PEXPIREAT', 'k', String(AT + 1)], AT + 1],
    ['with a condition that the source has judged', ['PEXPIREAT', 'k', String(AT), 'GT'], AT],
  ])('%s becomes PEXPIREAT', (_, given, at) => {
    expectBytes(given, [['PEXPIREAT', 'k', held(at)]]);
    expectBytes(given, [['PEXPIREAT', 'k', String(at)]], { exact: true });
    expectBytes(given, [['PEXPIREAT', 'k', held(at)]], { version: '2.8.24' });
  });

  it.each<[string, Given, number]>([
    ['SETEX', ['SETEX', 'k', '10', 'v'], NOW + 10_000],
    ['PSETEX', ['PSETEX', 'k', '10', 'v'], NOW + 10],
    ['EX', ['SET', 'k', 'v', 'EX', '10'], NOW + 10_000],
    ['px', ['SET', 'k', 'v', 'px', '10'], NOW + 10],
    ['EXAT', ['SET', 'k', 'v', 'EXAT', '1800000000'], AT],
    ['PXAT', ['SET', 'k', 'v', 'PXAT', String(AT)], AT],
  ])('%s goes with SET where the target knows it there, behind it otherwise', (_, given, at) => {
    expectBytes(given, [['SET', 'k', 'v', 'PXAT', held(at)]]);
    for (const version of ['6.0.20', '2.8.24'])
      expectBytes(
        given,
        [
          ['SET', 'k', 'v'],
          ['PEXPIREAT', 'k', held(at)],
        ],
        { version },
      );
  });

  it('keeps the other options of SET', () => {
    expectBytes(['SET', 'k', 'v', 'NX', 'PX', '10'], [['SET', 'k', 'v', 'NX', 'PXAT', held(NOW + 10)]]);
    expectBytes(['SET', 'k', 'v', 'PXAT', String(AT), 'XX'], [['SET', 'k', 'v', 'XX', 'PXAT', held(AT)]]);
    expectBytes(['SET', 'k', 'v', 'KEEPTTL'], [['SET', 'k', 'v', 'KEEPTTL']]);
    expectBytes(['SET', 'k', 'v', 'NX', 'GET'], [['SET', 'k', 'v', 'NX']]);
    expectBytes(
      ['SET', 'k', 'v', 'XX', 'EX', '1'],
      [
        ['SET', 'k', 'v', 'XX'],
        ['PEXPIREAT', 'k', held(NOW + 1000)],
      ],
      {
        version: '6.0.20',
      },
    );
  });

  it('leaves alone what only looks like an option', () => {
    expectBytes(['SET', 'EX', 'PX', 'PXAT', String(AT)], [['SET', 'EX', 'PX', 'PXAT', held(AT)]]);
    expectBytes(['SET', 'k', 'v', 'EX'], [['SET', 'k', 'v', 'EX']]);
  });

  it('keeps a time that SET leaves by a script where the target knows no KEEPTTL', () => {
    const words = rewritten(['SET', 'k', 'v', 'KEEPTTL'], { version: '5.0.14' }).toString('latin1');
    expect(words).toMatch(/^\*5\r\n\$4\r\nEVAL\r\n/);
    expect(words.endsWith('$1\r\n1\r\n$1\r\nk\r\n$1\r\nv\r\n')).toBe(true);
  });

  it('of GETEX stands alone, since nothing else is written', () => {
    expectBytes(['GETEX', 'k', 'EX', '10'], [['PEXPIREAT', 'k', held(NOW + 10_000)]]);
    expectBytes(['GETEX', 'k', 'PXAT', String(AT)], [['PEXPIREAT', 'k', held(AT)]]);
    expectBytes(['GETEX', 'k', 'PERSIST'], [['PERSIST', 'k']]);
    expectBytes(['GETEX', 'k'], []);
  });

  it('of MSETEX stands behind the keys, whatever they are called', () => {
    expectBytes(
      ['MSETEX', '2', 'EX', '5', 'PX', '6', 'NX', 'EX', '10'],
      [['MSETEX', '2', 'EX', '5', 'PX', '6', 'NX', 'PXAT', held(NOW + 10_000)]],
    );
    expectBytes(['MSETEX', '1', 'PX', '6', 'KEEPTTL'], [['MSETEX', '1', 'PX', '6', 'KEEPTTL']]);
  });

  it('is a time at all, and one that every server and client can hold', () => {
    const far = { exact: true };
    expectBytes(['PEXPIREAT', 'k', '9223372036854775807'], [['PEXPIREAT', 'k', '9223372036854700000']], far);
    expectBytes(['PEXPIREAT', 'k', '0'], [['PEXPIREAT', 'k', held(1)]]);
    expectBytes(['PEXPIREAT', 'k', '-5'], [['PEXPIREAT', 'k', held(1)]]);
  });

  it('that is no number is refused', () => {
    expect(() => rewritten(['EXPIRE', 'k', 'soon'])).toThrow(
      expect.objectContaining({ code: 'SOURCE_PROTOCOL' }),
    );
  });
});

describe('a time for fields of a hash', () => {
  it.each<[string, Given, number]>([
    ['HEXPIRE', ['HEXPIRE', 'k', '10', 'FIELDS', '1', 'f'], NOW + 10_000],
    ['HPEXPIRE', ['HPEXPIRE', 'k', '10', 'FIELDS', '1', 'f'], NOW + 10],
    ['HEXPIREAT', ['HEXPIREAT', 'k', '1800000000', 'FIELDS', '1', 'f'], AT],
    ['HPEXPIREAT', ['HPEXPIREAT', 'k', String(AT), 'FIELDS', '1', 'f'], AT],
  ])('%s becomes HPEXPIREAT', (_, given, at) => {
    expectBytes(given, [['HPEXPIREAT', 'k', fieldHeld(at), 'FIELDS', '1', 'f']]);
    expectBytes(given, [['HPEXPIREAT', 'k', String(at), 'FIELDS', '1', 'f']], { exact: true });
  });

  it('keeps conditions and further fields', () => {
    expectBytes(
      ['HPEXPIREAT', 'k', String(AT), 'NX', 'FIELDS', '2', 'EX', 'g'],
      [['HPEXPIREAT', 'k', fieldHeld(AT), 'NX', 'FIELDS', '2', 'EX', 'g']],
    );
  });

  it('as an option is found before FIELDS only', () => {
    expectBytes(
      ['HSETEX', 'k', 'FNX', 'EX', '10', 'FIELDS', '1', 'PX', '5'],
      [['HSETEX', 'k', 'FNX', 'PXAT', fieldHeld(NOW + 10_000), 'FIELDS', '1', 'PX', '5']],
      { version: '8.0.0' },
    );
    expectBytes(
      ['HGETEX', 'k', 'PXAT', String(AT), 'FIELDS', '1', 'f'],
      [['HGETEX', 'k', 'PXAT', fieldHeld(AT), 'FIELDS', '1', 'f']],
    );
    for (const given of [
      ['HSETEX', 'k', 'FIELDS', '2', 'EX', '5', 'PX', '6'],
      ['HSETEX', 'k', 'KEEPTTL', 'FIELDS', '1', 'f', 'v'],
      ['HGETEX', 'k', 'PERSIST', 'FIELDS', '1', 'f'],
    ])
      expectBytes(given, [given], { version: '8.0.0' });
  });

  describe('in an HSETEX, to a target that does not know that', () => {
    const withoutFields = { version: '7.2.5' };
    const plain = ['HSETEX', 'k', 'FXX', 'FIELDS', '2', 'EX', '5', 'PX', '6'];
    const keeping = ['HSETEX', 'k', 'KEEPTTL', 'FIELDS', '1', 'KEEPTTL', '0.125'];
    const timed = ['HSETEX', 'k', 'FNX', 'EX', '10', 'FIELDS', '2', 'f', 'FIELDS', 'g', '2'];

    it('is none, so HSET does the same', () => {
      expectBytes(plain, [['HSET', 'k', 'EX', '5', 'PX', '6']]);
      expectBytes(plain, [['HSET', 'k', 'EX', '5', 'PX', '6']], withoutFields);
      expectBytes(keeping, [['HSET', 'k', 'KEEPTTL', '0.125']], withoutFields);
    });

    it('is kept by a script where fields may have one, as HINCRBYFLOAT of Redis 8.0 needs it', () => {
      const sent = rewritten(keeping).toString('latin1');
      expect(sent).toContain('EVAL');
      expect(sent).toContain('HPEXPIRETIME');
      expect(sent.endsWith('$1\r\n1\r\n$1\r\nk\r\n$7\r\nKEEPTTL\r\n$5\r\n0.125\r\n')).toBe(true);
    });

    it('follows the values, or is refused with the name of the key', () => {
      expectBytes(timed, [
        ['HSET', 'k', 'f', 'FIELDS', 'g', '2'],
        ['HPEXPIREAT', 'k', fieldHeld(NOW + 10_000), 'FIELDS', '2', 'f', 'g'],
      ]);
      expect(() => rewritten(timed, withoutFields)).toThrow(
        expect.objectContaining({ code: 'COMMAND_UNSUPPORTED', message: expect.stringContaining('key k') }),
      );
    });
  });

  it('is no later than the server permits', () => {
    expectBytes(
      ['HPEXPIREAT', 'k', String(LATEST_FIELD_EXPIRY_MS), 'FIELDS', '1', 'f'],
      [['HPEXPIREAT', 'k', String(LATEST_FIELD_EXPIRY_MS), 'FIELDS', '1', 'f']],
    );
  });
});

describe('RESTORE', () => {
  const payload = Buffer.concat([Buffer.from([0, 1, 0x78]), Buffer.from([9, 0]), Buffer.alloc(8, 0xaa)]);

  it('without a time keeps to having none', () => {
    expectBytes(['RESTORE', 'k', '0', payload], [['RESTORE', 'k', '0', payload]]);
    expectBytes(['RESTORE', 'k', '0', payload, 'replace'], [['RESTORE', 'k', '0', payload, 'replace']]);
    expectBytes(['restore-asking', 'k', '0', payload], [['RESTORE', 'k', '0', payload]]);
  });

  it('with a time says when, with the command where the target knows it there', () => {
    expectBytes(['RESTORE', 'k', '10', payload], [['RESTORE', 'k', held(NOW + 10), payload, 'ABSTTL']]);
    expectBytes(
      ['RESTORE', 'k', String(AT), payload, 'REPLACE', 'absttl'],
      [['RESTORE', 'k', held(AT), payload, 'REPLACE', 'ABSTTL']],
    );
    const older = Buffer.from(payload);
    older[3] = 6;
    expectBytes(
      ['RESTORE', 'k', '10', older, 'REPLACE'],
      [
        ['RESTORE', 'k', '0', older, 'REPLACE'],
        ['PEXPIREAT', 'k', held(NOW + 10)],
      ],
      { version: '4.0.14' },
    );
    expectBytes(
      ['RESTORE', 'k', '10', older, 'REPLACE'],
      [
        ['DEL', 'k'],
        ['RESTORE', 'k', '0', older],
        ['PEXPIREAT', 'k', held(NOW + 10)],
      ],
      { version: '2.8.24' },
    );
  });

  it('loses how often or how lately the key was used', () => {
    expectBytes(
      ['RESTORE', 'k', '10', payload, 'IDLETIME', '7', 'REPLACE', 'FREQ', '5'],
      [['RESTORE', 'k', held(NOW + 10), payload, 'REPLACE', 'ABSTTL']],
    );
  });
});

it('keeps every byte of keys and values', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const large = Buffer.alloc(200_000, all);
  expectBytes(['SETEX', all, '10', large], [['SET', all, large, 'PXAT', held(NOW + 10_000)]]);
});

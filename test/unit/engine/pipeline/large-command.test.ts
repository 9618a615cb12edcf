import { describe, expect, it } from 'vitest';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { largeFront } from '../../../../electron/engine/pipeline/large-front.ts';
import { LargeCommand } from '../../../../electron/engine/pipeline/large-command.ts';
import { exactly } from '../../../../electron/engine/expiry/late-expiry.ts';
import { lateText, longLate } from '../../../support/lateness.ts';
import { randomOf } from '../../../support/rdb/portions.ts';
import { abilities, Sink } from '../../../support/target/sink.ts';

/** When the source ran the command. */
const RAN = 1_700_000_000_000;
const AT = 1_800_000_000_000;
const table = new CommandTable([]);
const held = lateText;

type Given = readonly (string | Buffer)[];
interface How {
  readonly version?: string;
  readonly drop?: boolean;
  readonly sizes?: () => number;
}

/** Passes one command through in windows of so many bytes more each time. @returns what the target is sent */
function passed(given: Given, { version = '7.4.1', drop, sizes = () => 1e9 }: How = {}): Buffer {
  const bytes = Buffer.concat([command(...given), command('NEXT')]);
  const sink = new Sink();
  const head = bytes.indexOf('\n') + 1;
  const word = Buffer.from(given[0]!);
  const { older, row } = new CommandTable([], abilities(version).version).find(word, 0, word.length)!;
  const front = older && largeFront(older, given.length, bytes, head, bytes.length);
  const large = new LargeCommand({
    output: drop ? undefined : sink.output,
    rewrite: { lateness: longLate(), abilities: abilities(version) },
    row,
    args: given.length,
    ranAtMs: RAN,
    ...(front && { front }),
  });
  let at = head;
  for (let end = head; !large.done;) {
    end = Math.min(bytes.length, end + sizes());
    at = large.push(bytes, at, end);
  }
  expect(at).toBe(command(...given).length);
  if (drop) expect(sink.output.commands).toBe(0);
  return sink.bytes();
}

function expectAll(given: Given, expected: readonly Given[], how?: How): void {
  const bytes = Buffer.concat(expected.map((words) => command(...words)));
  expect(passed(given, how).equals(bytes)).toBe(true);
}

const expectBytes = (given: Given, expected: Given, how?: How): void => expectAll(given, [expected], how);

const LARGE = Buffer.alloc(700_000, 'abc\r\n$5\r\n');
const SMALL = Buffer.from('\x00\xffsmall\r\n', 'latin1');

describe('a large command', () => {
  it('goes out as it came, in whatever portions', () => {
    const given = ['MSET', SMALL, LARGE, 'EX', '10', Buffer.alloc(32, 'x'), Buffer.alloc(33, 'y'), ''];
    const random = randomOf(2);
    for (const sizes of [() => 1e9, () => 65_536, () => 1 + Math.floor(100_000 * random() ** 3)])
      expectBytes(given, given, { sizes });
  });

  it('goes out as it came, byte by byte', () => {
    const given = ['SADD', 'key', SMALL, '', Buffer.alloc(400, 'z'), '12'];
    expectBytes(given, given, { sizes: () => 1 });
  });

  it('is taken without being sent where it is dropped', () => {
    expect(passed(['SET', 'k', LARGE, 'EX', '10'], { drop: true, sizes: () => 1000 })).toHaveLength(0);
  });

  it('is sent to an older target in the form that it knows, of which only the front differs', () => {
    const random = randomOf(3);
    for (const sizes of [() => 1e9, () => 1, () => 1 + Math.floor(1000 * random())]) {
      expectBytes(['HSET', 'k', 'f', LARGE], ['HMSET', 'k', 'f', LARGE], { version: '3.2.0', sizes });
      expectBytes(
        ['XADD', 'k', 'MAXLEN', '=', '5', 'LIMIT', '7', '1-1', 'f', LARGE],
        ['XADD', 'k', 'MAXLEN', '=', '5', '1-1', 'f', LARGE],
        { sizes },
      );
      expectBytes(
        ['XADD', 'k', 'NOMKSTREAM', '1-1', 'f', LARGE, 'NOMKSTREAM', LARGE],
        ['XADD', 'k', '1-1', 'f', LARGE, 'NOMKSTREAM', LARGE],
        { version: '6.0.0', sizes },
      );
      expectBytes(['ZADD', 'k', 'CH', '1', LARGE], ['ZADD', 'k', '1', LARGE], { version: '3.0.0', sizes });
    }
    expect(() => passed(['ZADD', 'k', 'GT', '1', LARGE], { version: '6.0.0' })).toThrow(
      expect.objectContaining({ code: 'COMMAND_UNSUPPORTED' }),
    );
  });

  it('is looked at argument by argument before anything of one goes out', () => {
    const given = ['SUNIONSTORE', 'to', 'a', `lockstep:${'x'.repeat(40)}`, LARGE];
    const bytes = command(...given);
    const sink = new Sink();
    const told: string[] = [];
    const large = new LargeCommand({
      ...{ output: sink.output, row: table.named('sunionstore')!.row, args: given.length, ranAtMs: 0 },
      rewrite: { lateness: exactly(), abilities: abilities() },
      onArgument: (buf, from, to) => told.push(buf.toString('latin1', from, Math.min(to, from + 9))),
    });
    let at = bytes.indexOf('\n') + 1;
    for (let end = at; !large.done;) at = large.push(bytes, at, (end += 1));
    expect([...new Set(told)]).toEqual(['SUNIONSTO', 'to', 'a', 'lockstep:', 'abc\r\n$5\r\n']);
  });

  it('is refused when it is none', () => {
    const bytes = Buffer.from('$3\r\nabc\r\n*1\r\n');
    const large = new LargeCommand({
      output: undefined,
      rewrite: { lateness: exactly(), abilities: abilities() },
      row: table.named('set')!.row,
      args: 2,
      ranAtMs: 0,
    });
    expect(() => large.push(bytes, 0, bytes.length)).toThrow(
      expect.objectContaining({ code: 'SOURCE_PROTOCOL' }),
    );
  });
});

describe('its expiry', () => {
  it.each<[Given, Given]>([
    [
      ['SET', 'k', LARGE, 'EX', '10'],
      ['SET', 'k', LARGE, 'PXAT', held(RAN + 10_000)],
    ],
    [
      ['SET', 'k', LARGE, 'NX', 'px', '10'],
      ['SET', 'k', LARGE, 'NX', 'PXAT', held(RAN + 10)],
    ],
    [
      ['SET', 'k', LARGE, 'EXAT', '1800000000', 'XX'],
      ['SET', 'k', LARGE, 'PXAT', held(AT), 'XX'],
    ],
    [
      ['SET', 'k', LARGE, 'PXAT', String(AT)],
      ['SET', 'k', LARGE, 'PXAT', held(AT)],
    ],
    [
      ['SET', 'k', LARGE, 'KEEPTTL'],
      ['SET', 'k', LARGE, 'KEEPTTL'],
    ],
    [
      ['SET', 'EX', LARGE, 'EX', '1'],
      ['SET', 'EX', LARGE, 'PXAT', held(RAN + 1000)],
    ],
    [
      ['SET', LARGE, 'EX', 'EX', '1'],
      ['SET', LARGE, 'EX', 'PXAT', held(RAN + 1000)],
    ],
  ])('of SET becomes absolute (%#)', (given, expected) => {
    expectBytes(given, expected);
    expectBytes(given, expected, { sizes: () => 7777 });
  });

  it('of SETEX comes behind the value', () => {
    expectBytes(['SETEX', 'k', '10', LARGE], ['SET', 'k', LARGE, 'PXAT', held(RAN + 10_000)]);
    expectBytes(['psetex', LARGE, '10', SMALL], ['SET', LARGE, SMALL, 'PXAT', held(RAN + 10)]);
  });

  it('has a command of its own where the target knows no PXAT, since the very millisecond bears the mark', () => {
    const how = { version: '6.0.20', sizes: () => 7777 };
    const key = LARGE.subarray(0, 300_000);
    for (const given of [
      ['SETEX', key, '10', LARGE],
      ['PSETEX', key, '10000', LARGE],
    ])
      expectAll(
        given,
        [
          ['SET', key, LARGE],
          ['PEXPIREAT', key, held(RAN + 10_000)],
        ],
        how,
      );
    expectAll(
      ['SET', 'k', LARGE, 'EX', '10'],
      [
        ['SET', 'k', LARGE, 'PX', '86400000'],
        ['PEXPIREAT', 'k', held(RAN + 10_000)],
      ],
      how,
    );
  });

  it('of a command that has it as its second argument becomes absolute', () => {
    const fields = ['FIELDS', '2', LARGE, 'EX'];
    const fieldHeld = (ms: number): string => lateText(ms);
    expectBytes(['EXPIRE', LARGE, '10'], ['PEXPIREAT', LARGE, held(RAN + 10_000)]);
    expectBytes(['PEXPIRE', LARGE, '10'], ['PEXPIREAT', LARGE, held(RAN + 10)]);
    expectBytes(['EXPIREAT', LARGE, '1800000000'], ['PEXPIREAT', LARGE, held(AT)]);
    expectBytes(['PEXPIREAT', LARGE, String(AT)], ['PEXPIREAT', LARGE, held(AT)]);
    expectBytes(['HEXPIRE', 'k', '10', ...fields], ['HPEXPIREAT', 'k', fieldHeld(RAN + 10_000), ...fields]);
    expectBytes(['HPEXPIRE', 'k', '10', ...fields], ['HPEXPIREAT', 'k', fieldHeld(RAN + 10), ...fields]);
    expectBytes(['HEXPIREAT', 'k', '1800000000', ...fields], ['HPEXPIREAT', 'k', fieldHeld(AT), ...fields]);
    expectBytes(['HPEXPIREAT', 'k', String(AT), ...fields], ['HPEXPIREAT', 'k', fieldHeld(AT), ...fields]);
  });

  it('of RESTORE is as its flags say, which come last: it has a command of its own', () => {
    const flags = ['REPLACE', 'REPLACE', 'REPLACE'];
    for (const sizes of [() => 1e9, () => 7777]) {
      expectBytes(['RESTORE', 'k', '0', LARGE, 'REPLACE'], ['RESTORE', 'k', '0', LARGE, 'REPLACE'], {
        sizes,
      });
      expectBytes(['RESTORE', 'k', '0', LARGE, 'ABSTTL'], ['RESTORE', 'k', '0', LARGE, 'REPLACE'], { sizes });
      const restored = (given: Given, at: number): void =>
        expectAll(
          given,
          [
            ['RESTORE', 'k', '0', LARGE, ...flags.slice(0, given.length - 4)],
            ['PEXPIREAT', 'k', held(at)],
          ],
          {
            sizes,
          },
        );
      restored(['RESTORE', 'k', '10', LARGE], RAN + 10);
      restored(['RESTORE', 'k', '10', LARGE, 'REPLACE'], RAN + 10);
      restored(['RESTORE', 'k', String(AT), LARGE, 'absttl'], AT);
      restored(['RESTORE', 'k', String(AT), LARGE, 'REPLACE', 'ABSTTL'], AT);
      restored(['RESTORE', 'k', String(AT), LARGE, 'IDLETIME', '5', 'ABSTTL'], AT);
      // A time that remains for 30 years and more, and one that is long over.
      restored(['RESTORE', 'k', '1000000000001', LARGE], RAN + 1_000_000_000_001);
      restored(['RESTORE', 'k', '10', LARGE, 'ABSTTL'], 10);
    }
  });

  it('is looked for where options stand, not among what is called so', () => {
    const fieldHeld = lateText(RAN + 10_000);
    expectBytes(
      ['HSETEX', 'k', 'EX', '10', 'FIELDS', '2', 'PX', '5', 'f', LARGE],
      ['HSETEX', 'k', 'PXAT', fieldHeld, 'FIELDS', '2', 'PX', '5', 'f', LARGE],
    );
    for (const name of ['RPUSH', 'SADD', 'MSET', 'EVAL'])
      expectBytes([name, 'k', 'EX', '10', LARGE], [name, 'k', 'EX', '10', LARGE]);
  });

  it('that SET would have to leave cannot be left before 6.0', () => {
    expect(() => passed(['SET', 'k', LARGE, 'KEEPTTL'], { version: '5.0.14' })).toThrow(
      expect.objectContaining({ code: 'COMMAND_UNSUPPORTED' }),
    );
  });
});

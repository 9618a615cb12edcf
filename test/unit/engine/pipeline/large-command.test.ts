import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { LargeCommand } from '../../../../electron/engine/pipeline/large-command.ts';
import { FIELD_HOLD_MS, HOLD_MS } from '../../../../shared/model/expiry-hold.ts';
import { randomOf } from '../../../support/rdb/portions.ts';
import { abilities, Sink } from '../../../support/target/sink.ts';

/** When the command was received, and when it is applied. */
const RECEIVED = 1_700_000_000_000;
const NOW = RECEIVED + 60_000;
const AT = 1_800_000_000_000;
const table = new CommandTable([]);
const held = (ms: number): string => String(ms + HOLD_MS);
const remaining = (ms: number): string => String(ms + HOLD_MS - NOW);

type Given = readonly (string | Buffer)[];
interface How {
  readonly version?: string;
  readonly name?: string;
  readonly leftOut?: number;
  readonly drop?: boolean;
  readonly sizes?: () => number;
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Passes one command through in windows of so many bytes more each time. @returns what the target is sent */
function passed(
  given: Given,
  { version = '7.4.1', name, leftOut = -1, drop, sizes = () => 1e9 }: How = {},
): Buffer {
  const bytes = Buffer.concat([command(...given), command('NEXT')]);
  const sink = new Sink();
  const head = bytes.indexOf('\n') + 1;
  const word = Buffer.from(given[0]!);
  const large = new LargeCommand({
    output: drop ? undefined : sink.output,
    rewrite: { holdMs: HOLD_MS, abilities: abilities(version) },
    action: table.find(word, 0, word.length)!.action,
    args: given.length,
    receivedAtMs: RECEIVED,
    name,
    leftOut,
  });
  let at = head;
  for (let end = head; !large.done;) {
    end = Math.min(bytes.length, end + sizes());
    at = large.push(bytes, at, end);
  }
  expect(at).toBe(command(...given).length);
  expect(sink.output.commands).toBe(drop ? 0 : 1);
  return sink.bytes();
}

function expectBytes(given: Given, expected: Given, how?: How): void {
  expect(passed(given, how).equals(command(...expected))).toBe(true);
}

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

  it('gets the name that the target knows, and loses an option that it does not take', () => {
    expectBytes(['HSET', 'k', 'f', LARGE], ['HMSET', 'k', 'f', LARGE], { name: 'HMSET' });
    expectBytes(
      ['XADD', 'k', 'MAXLEN', '=', '5', 'LIMIT', '7', '1-1', 'f', LARGE],
      ['XADD', 'k', 'MAXLEN', '=', '5', '1-1', 'f', LARGE],
      { leftOut: 5 },
    );
  });

  it('is refused when it is none', () => {
    const bytes = Buffer.from('$3\r\nabc\r\n*1\r\n');
    const large = new LargeCommand({
      output: undefined,
      rewrite: { holdMs: 0, abilities: abilities() },
      action: table.named('set')!.action,
      args: 2,
      receivedAtMs: 0,
      name: undefined,
      leftOut: -1,
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
      ['SET', 'k', LARGE, 'PXAT', held(RECEIVED + 10_000)],
    ],
    [
      ['SET', 'k', LARGE, 'NX', 'px', '10'],
      ['SET', 'k', LARGE, 'NX', 'PXAT', held(RECEIVED + 10)],
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
      ['SET', 'EX', LARGE, 'PXAT', held(RECEIVED + 1000)],
    ],
    [
      ['SET', LARGE, 'EX', 'EX', '1'],
      ['SET', LARGE, 'EX', 'PXAT', held(RECEIVED + 1000)],
    ],
  ])('of SET becomes absolute (%#)', (given, expected) => {
    expectBytes(given, expected);
    expectBytes(given, expected, { sizes: () => 7777 });
  });

  it('becomes relative to now where the target knows no PXAT, since no second command can follow', () => {
    expectBytes(['SET', 'k', LARGE, 'EX', '10'], ['SET', 'k', LARGE, 'PX', remaining(RECEIVED + 10_000)], {
      version: '6.0.20',
    });
    expectBytes(['SET', 'k', LARGE, 'PXAT', String(AT)], ['SET', 'k', LARGE, 'PX', remaining(AT)], {
      version: '6.0.20',
    });
    expectBytes(['SETEX', 'k', '10', LARGE], ['PSETEX', 'k', remaining(RECEIVED + 10_000), LARGE]);
    expectBytes(['psetex', 'k', '10', LARGE], ['PSETEX', 'k', remaining(RECEIVED + 10), LARGE]);
  });

  it('of a command that has it as its second argument becomes absolute', () => {
    const fields = ['FIELDS', '2', LARGE, 'EX'];
    const fieldHeld = (ms: number): string => String(ms + FIELD_HOLD_MS);
    expectBytes(['EXPIRE', LARGE, '10'], ['PEXPIREAT', LARGE, held(RECEIVED + 10_000)]);
    expectBytes(['PEXPIRE', LARGE, '10'], ['PEXPIREAT', LARGE, held(RECEIVED + 10)]);
    expectBytes(['EXPIREAT', LARGE, '1800000000'], ['PEXPIREAT', LARGE, held(AT)]);
    expectBytes(['PEXPIREAT', LARGE, String(AT)], ['PEXPIREAT', LARGE, held(AT)]);
    expectBytes(
      ['HEXPIRE', 'k', '10', ...fields],
      ['HPEXPIREAT', 'k', fieldHeld(RECEIVED + 10_000), ...fields],
    );
    expectBytes(['HPEXPIRE', 'k', '10', ...fields], ['HPEXPIREAT', 'k', fieldHeld(RECEIVED + 10), ...fields]);
    expectBytes(['HEXPIREAT', 'k', '1800000000', ...fields], ['HPEXPIREAT', 'k', fieldHeld(AT), ...fields]);
    expectBytes(['HPEXPIREAT', 'k', String(AT), ...fields], ['HPEXPIREAT', 'k', fieldHeld(AT), ...fields]);
  });

  it('of RESTORE is told by its size, since its flags come last', () => {
    expectBytes(['RESTORE', 'k', '0', LARGE, 'REPLACE'], ['RESTORE', 'k', '0', LARGE, 'REPLACE']);
    expectBytes(
      ['RESTORE', 'k', '10', LARGE, 'REPLACE'],
      ['RESTORE', 'k', remaining(RECEIVED + 10), LARGE, 'REPLACE'],
    );
    expectBytes(['RESTORE', 'k', String(AT), LARGE, 'ABSTTL'], ['RESTORE', 'k', held(AT), LARGE, 'ABSTTL']);
  });

  it('is looked for where options stand, not among what is called so', () => {
    const fieldHeld = String(RECEIVED + 10_000 + FIELD_HOLD_MS);
    expectBytes(
      ['HSETEX', 'k', 'EX', '10', 'FIELDS', '2', 'PX', '5', 'f', LARGE],
      ['HSETEX', 'k', 'PXAT', fieldHeld, 'FIELDS', '2', 'PX', '5', 'f', LARGE],
    );
    expectBytes(
      ['MSETEX', '3', 'EX', '5', 'k', LARGE, 'PX', 'PXAT', 'EX', '10'],
      ['MSETEX', '3', 'EX', '5', 'k', LARGE, 'PX', 'PXAT', 'PXAT', held(RECEIVED + 10_000)],
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

import { describe, expect, it } from 'vitest';
import {
  Handshake,
  type HandshakeOptions,
  type PsyncAnswer,
} from '../../../../../electron/engine/intake/psync/handshake.ts';
import type { ErrorCode } from '../../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../../shared/errors/lockstep-error.ts';

const REPLID = '0123456789abcdef0123456789abcdef01234567';
const OTHER = 'fedcba9876543210fedcba9876543210fedcba98';

const options = (more: Partial<HandshakeOptions> = {}): HandshakeOptions => ({
  user: undefined,
  password: undefined,
  resumeFrom: undefined,
  ...more,
});

/** The words of a command, or the answer to PSYNC. */
const words = (sent: Buffer | PsyncAnswer): string | PsyncAnswer =>
  Buffer.isBuffer(sent)
    ? sent
        .toString()
        .split('\r\n')
        .filter((_, i) => i > 0 && i % 2 === 0)
        .join(' ')
    : sent;

/** Gives one reply line after another. @returns what the handshake says to each, and to the start */
function run(handshake: Handshake, lines: readonly string[]): (string | PsyncAnswer)[] {
  return [words(handshake.start()), ...lines.map((line) => words(handshake.reply(line)))];
}

const SHAKEN = ['+PONG', '+OK', '+OK', '+OK'];

function psyncAnswer(line: string, more: Partial<HandshakeOptions> = {}): PsyncAnswer {
  const handshake = new Handshake(options(more));
  run(handshake, SHAKEN);
  return handshake.reply(line) as PsyncAnswer;
}

function refusal(lines: readonly string[], more: Partial<HandshakeOptions> = {}): LockstepError {
  try {
    run(new Handshake(options(more)), lines);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('what is sent', () => {
  it('is one command at a time, PSYNC last', () => {
    expect(run(new Handshake(options()), SHAKEN)).toEqual([
      'PING',
      'REPLCONF listening-port 0',
      'REPLCONF capa eof capa psync2',
      'REPLCONF version 9.0.0',
      'PSYNC ? -1',
    ]);
  });

  it('asks for the byte after the applied offset', () => {
    const handshake = new Handshake(options({ resumeFrom: { replid: REPLID, offset: 41 } }));
    expect(run(handshake, SHAKEN).at(-1)).toBe(`PSYNC ${REPLID} 42`);
  });

  it('authenticates when there is a password, with the user where there is one', () => {
    expect(run(new Handshake(options({ password: 'p w' })), ['+PONG', '+OK'])).toEqual([
      'PING',
      'AUTH p w',
      'REPLCONF listening-port 0',
    ]);
    const handshake = new Handshake(options({ user: 'u', password: 'p' }));
    expect(run(handshake, ['-NOAUTH Authentication required.']).at(-1)).toBe('AUTH u p');
  });

  it.each([
    '-NOAUTH Authentication required.',
    '-NOPERM this user has no permissions',
    '-ERR operation not permitted',
  ])('takes "%s" to PING for a sign of life', (line) => {
    expect(run(new Handshake(options()), [line]).at(-1)).toBe('REPLCONF listening-port 0');
  });

  it('goes on where an old source does not know an option', () => {
    const unknown = '-ERR Unrecognized REPLCONF option: capa';
    expect(run(new Handshake(options()), ['+PONG', unknown, unknown, unknown]).at(-1)).toBe('PSYNC ? -1');
  });

  it('says in which state it is', () => {
    const handshake = new Handshake(options({ password: 'p' }));
    const states: string[] = [handshake.state];
    for (const line of ['+PONG', '+OK', '+OK', '+OK', '+OK']) {
      handshake.reply(line);
      states.push(handshake.state);
    }
    expect(states).toEqual([
      'RECEIVE_PING_REPLY',
      'RECEIVE_AUTH_REPLY',
      'RECEIVE_PORT_REPLY',
      'RECEIVE_CAPA_REPLY',
      'RECEIVE_VERSION_REPLY',
      'RECEIVE_PSYNC_REPLY',
    ]);
  });
});

describe('the answer to PSYNC', () => {
  it.each([
    [`+FULLRESYNC ${REPLID} 0`, { kind: 'full', replid: REPLID, offset: 0 }],
    [`+FULLRESYNC ${REPLID} 4503599627370496`, { kind: 'full', replid: REPLID, offset: 2 ** 52 }],
    [`+FULLRESYNC ${REPLID} 12 more fields`, { kind: 'full', replid: REPLID, offset: 12 }],
    [`+FULLRESYNC  ${REPLID}  12`, { kind: 'full', replid: REPLID, offset: 12 }],
    [`+fullresync ${REPLID.toUpperCase()} 12`, { kind: 'full', replid: REPLID.toUpperCase(), offset: 12 }],
  ])('%s', (line, answer) => {
    expect(psyncAnswer(line)).toEqual(answer);
  });

  it.each([
    ['+CONTINUE', { kind: 'continue', replid: undefined }],
    [`+CONTINUE ${OTHER}`, { kind: 'continue', replid: OTHER }],
    [`+CONTINUE ${OTHER} more`, { kind: 'continue', replid: OTHER }],
  ])('%s', (line, answer) => {
    expect(psyncAnswer(line, { resumeFrom: { replid: REPLID, offset: 1 } })).toEqual(answer);
  });

  it('may be a full sync although another was asked for', () => {
    expect(
      psyncAnswer(`+FULLRESYNC ${REPLID} 5`, { resumeFrom: { replid: OTHER, offset: 1 } }),
    ).toMatchObject({
      kind: 'full',
    });
  });

  it.each([
    '+CONTINUE',
    `+FULLRESYNC ${REPLID}`,
    '+FULLRESYNC short 1',
    `+FULLRESYNC ${REPLID} -1`,
    // From there on a number counts no single bytes, and so would the checkpoint.
    `+FULLRESYNC ${REPLID} 9007199254740993`,
    `+FULLRESYNC ${REPLID} 9223372036854775807`,
    `+FULLRESYNC ${REPLID} ${'9'.repeat(400)}`,
    '+OK',
    ':1',
    '',
  ])('is no protocol when it is "%s"', (line) => {
    expect(refusal([...SHAKEN, line]).code).toBe('SOURCE_PROTOCOL');
  });
});

describe('refusals', () => {
  it.each<[string, ErrorCode]>([
    ['-LOADING Redis is loading the dataset in memory', 'SOURCE_LOADING'],
    ['-MASTERDOWN Link with MASTER is down', 'SOURCE_NO_MASTER_LINK'],
    ['-DENIED Redis is running in protected mode', 'SOURCE_PROTECTED_MODE'],
    ['-ERR max number of clients reached', 'SOURCE_MAX_CLIENTS'],
    ['-BUSY Redis is busy running a script.', 'SOURCE_BUSY'],
    ['HTTP/1.1 400 Bad Request', 'SOURCE_PROTOCOL'],
    ['-ERR something else', 'SOURCE_PROTOCOL'],
  ])('of PING: %s', (line, code) => {
    expect(refusal([line]).code).toBe(code);
  });

  it.each<[string, ErrorCode]>([
    ['-WRONGPASS invalid username-password pair or user is disabled.', 'SOURCE_AUTH'],
    ['-ERR invalid password', 'SOURCE_AUTH'],
    ['-ERR Client sent AUTH, but no password is set', 'SOURCE_AUTH'],
    ["-ERR wrong number of arguments for 'auth' command", 'SOURCE_AUTH'],
    ['-LOADING Redis is loading the dataset in memory', 'SOURCE_LOADING'],
  ])('of AUTH: %s', (line, code) => {
    expect(refusal(['+PONG', line], { password: 'secret-9' }).code).toBe(code);
  });

  it.each([1, 2, 3])('of the whole link, in reply to REPLCONF %i', (nth) => {
    const lines = [
      ...SHAKEN.slice(0, nth),
      '-NOPERM this user has no permissions to run the replconf command',
    ];
    expect(refusal(lines).code).toBe('SOURCE_NO_PERMISSION');
    expect(refusal([...SHAKEN.slice(0, nth), '-NOAUTH Authentication required.']).code).toBe('SOURCE_AUTH');
  });

  it.each<[string, ErrorCode]>([
    ["-NOMASTERLINK Can't SYNC while not connected with my master", 'SOURCE_NO_MASTER_LINK'],
    ["-ERR Can't SYNC while not connected with my master", 'SOURCE_NO_MASTER_LINK'],
    ['-LOADING Redis is loading the dataset in memory', 'SOURCE_LOADING'],
    ["-NOPERM this user has no permissions to run the 'psync' command", 'SOURCE_NO_PERMISSION'],
    ['-NOAUTH Authentication required.', 'SOURCE_AUTH'],
    ['-ERR operation not permitted', 'SOURCE_AUTH'],
    ["-ERR unknown command 'PSYNC'", 'SOURCE_PSYNC_REFUSED'],
    ['-ERR command is disabled', 'SOURCE_PSYNC_REFUSED'],
    ['-ERR SYNC and PSYNC are invalid with pending output', 'SOURCE_PSYNC_REFUSED'],
    ["-ERR BGSAVE failed, replication can't continue", 'SOURCE_LINK_LOST'],
  ])('of PSYNC: %s', (line, code) => {
    expect(refusal([...SHAKEN, line]).code).toBe(code);
  });

  it('repeats what the source said, printable and cut, and never the password', () => {
    const error = refusal(['+PONG', `-WRONGPASS \x00\x1b${'x'.repeat(500)}`], {
      user: 'u',
      password: 'secret-9',
    });
    expect(error.message).toMatch(/^AUTH answered "-WRONGPASS \.\.x{180,}"$/);
    expect(error.message.length).toBeLessThan(230);
    expect(error.message).not.toContain('secret-9');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { CommandOutput, OUTPUT_BYTES } from '../../../../../electron/engine/protocol/resp/command-output.ts';
import { command } from '../../../../../electron/engine/protocol/resp/encode.ts';
import { randomOf } from '../../../../support/rdb/portions.ts';

const BUFFERS = 3;
/** Buffers lie at these addresses of `mem`; 0 is no address that the arena gives. */
const FIRST = 64;

/** A socket that takes what it is given when the test says so, and looks at the bytes only then. */
class SlowSocket {
  readonly mem = Buffer.alloc(FIRST + BUFFERS * OUTPUT_BYTES);
  readonly pending: { buf: Buffer; from: number; to: number; done: () => void }[] = [];
  readonly taken: Buffer[] = [];
  readonly output: CommandOutput;

  constructor() {
    this.output = new CommandOutput({
      mem: this.mem,
      addresses: Array.from({ length: BUFFERS }, (_, i) => FIRST + i * OUTPUT_BYTES),
      send: (buf, from, to, done) => this.pending.push({ buf, from, to, done }),
    });
  }

  get pendingBytes(): number {
    return this.pending.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Takes one part. @returns false when there is none */
  take(): boolean {
    const part = this.pending.shift();
    if (!part) return false;
    this.taken.push(Buffer.from(part.buf.subarray(part.from, part.to)));
    part.done();
    return true;
  }

  takeAll(): void {
    while (this.take());
  }

  /** Writes whole commands, as the writers do. */
  write(...commands: readonly Buffer[]): void {
    for (const bytes of commands) {
      this.output.reserve(bytes.length);
      this.output.begin();
      this.output.copy(bytes, 0, bytes.length);
    }
  }
}

const set = (key: string, bytes: number): Buffer => command('SET', key, Buffer.alloc(bytes, 'v'));

let socket: SlowSocket;
let output: CommandOutput;

beforeEach(() => {
  socket = new SlowSocket();
  ({ output } = socket);
});

describe('the way out', () => {
  it('keeps everything until it is flushed', () => {
    socket.write(command('PING'), set('a', 10));
    expect(socket.pending).toHaveLength(0);
    expect(output.commands).toBe(2);
    output.flush();
    output.flush();
    expect(socket.pending).toHaveLength(1);
    socket.takeAll();
    expect(Buffer.concat(socket.taken).equals(Buffer.concat([command('PING'), set('a', 10)]))).toBe(true);
  });

  it('flushes by itself when a buffer is full', () => {
    for (let i = 0; i < 20; i++) socket.write(set(`key ${i}`, 60_000));
    expect(socket.pending.length).toBeGreaterThanOrEqual(2);
  });

  it('takes a command of any size, in a buffer of its own when it must be whole', () => {
    const large = set('large', 3 * OUTPUT_BYTES);
    socket.write(set('before', 5), large, set('after', 5));
    output.flush();
    socket.takeAll();
    expect(
      Buffer.concat(socket.taken).equals(Buffer.concat([set('before', 5), large, set('after', 5)])),
    ).toBe(true);
  });

  it('passes bytes through that exceed any buffer', () => {
    const large = set('large', 4 * OUTPUT_BYTES + 3);
    output.reserve(100);
    output.begin();
    output.copy(large, 0, large.length);
    output.flush();
    socket.takeAll();
    expect(Buffer.concat(socket.taken).equals(large)).toBe(true);
    expect(output.commands).toBe(1);
  });

  it('counts a run of commands as so many', () => {
    const run = Buffer.concat([command('A'), command('B'), command('C')]);
    output.reserve(run.length);
    output.beginMany(3);
    output.copy(run, 0, run.length);
    expect(output.commands).toBe(3);
  });
});

describe('what is in flight', () => {
  it('counts from the flush until the bytes are taken and the commands answered, in either order', () => {
    socket.write(set('a', 1000), set('b', 1000));
    expect(output.inFlightBytes).toBe(0);
    output.flush();
    const bytes = output.inFlightBytes;
    expect(bytes).toBe(set('a', 1000).length * 2);
    socket.takeAll();
    expect(output.inFlightBytes).toBe(bytes);
    output.answer(1);
    expect(output.inFlightBytes).toBe(bytes);
    output.answer(1);
    expect(output.inFlightBytes).toBe(0);
    socket.write(set('c', 10));
    output.flush();
    output.answer(1);
    expect(output.inFlightBytes).toBeGreaterThan(0);
    socket.takeAll();
    expect(output.inFlightBytes).toBe(0);
    expect(output.answered).toBe(3);
  });

  it('counts what is answered before the socket says that it has taken it', () => {
    for (const key of ['a', 'b']) {
      socket.write(set(key, 1000));
      output.flush();
    }
    socket.take();
    output.answer(2);
    expect(output.inFlightBytes).toBe(set('b', 1000).length);
  });

  it('holds the buffer in which a command begins until it is answered, and none that only goes on with it', () => {
    const large = set('large', 2 * OUTPUT_BYTES);
    output.reserve(100);
    output.begin();
    output.copy(large, 0, large.length);
    output.flush();
    socket.takeAll();
    expect(output.inFlightBytes).toBe(OUTPUT_BYTES);
    output.answer(1);
    expect(output.inFlightBytes).toBe(0);
  });

  it('uses no buffer anew before it is taken and answered, whatever the order', () => {
    const random = randomOf(11);
    const expected: Buffer[] = [];
    let begun = 0;
    for (let step = 0; step < 3000; step++) {
      const what = random();
      if (what < 0.5) {
        const bytes = command(
          'SET',
          `key ${step}`,
          Buffer.alloc(Math.floor(400_000 ** random()), step % 256),
        );
        expected.push(bytes);
        begun += 1;
        if (random() < 0.5) socket.write(bytes);
        else {
          output.reserve(64);
          output.begin();
          output.copy(bytes, 0, bytes.length);
        }
      } else if (what < 0.6) output.flush();
      else if (what < 0.8) socket.take();
      else {
        const sent = socket.taken.reduce((sum, bytes) => sum + bytes.length, 0);
        let answerable = 0;
        for (let at = 0; answerable < expected.length; answerable++) {
          at += expected[answerable]!.length;
          if (at > sent) break;
        }
        output.answer(Math.floor(random() * (answerable - output.answered + 1)));
      }
      expect(output.inFlightBytes).toBeGreaterThanOrEqual(socket.pendingBytes);
    }
    output.flush();
    socket.takeAll();
    output.answer(begun - output.answered);
    expect(output.commands).toBe(begun);
    expect(output.inFlightBytes).toBe(0);
    expect(Buffer.concat(socket.taken).equals(Buffer.concat(expected))).toBe(true);
  });

  it('takes memory of the heap when the buffers are all in flight, and gives up none of them', () => {
    for (let i = 0; i < 8; i++) {
      socket.write(set(`key ${i}`, OUTPUT_BYTES - 1000));
      output.flush();
    }
    const outside = socket.pending.filter(({ buf }) => buf !== socket.mem);
    expect(outside).toHaveLength(8 - BUFFERS);
    socket.takeAll();
    output.answer(8);
    // The buffer that was open comes first, then those that came back.
    for (let i = 0; i <= BUFFERS; i++) {
      socket.write(set(`key ${i}`, OUTPUT_BYTES - 1000));
      output.flush();
    }
    expect(socket.pending.slice(1).map(({ buf }) => buf === socket.mem)).toEqual([true, true, true]);
  });
});

describe('what it tells of a command', () => {
  it('names each command that is in flight', () => {
    for (let i = 0; i < 30; i++) socket.write(set(`key ${i}`, 50_000));
    output.flush();
    for (let i = 0; i < 30; i++) expect(output.describe(i)).toBe(`SET key ${i}`);
    output.answer(29);
    expect(output.describe(29)).toBe('SET key 29');
  });

  it('names one of a run', () => {
    const run = Buffer.concat([command('INCR', 'a'), command('PING'), command('MSET', 'b', '1', 'c', '2')]);
    output.reserve(run.length);
    output.beginMany(3);
    output.copy(run, 0, run.length);
    output.flush();
    expect([0, 1, 2].map((index) => output.describe(index))).toEqual(['INCR a', 'PING', 'MSET b']);
  });

  it('still names what was answered last, since EXEC tells its errors late', () => {
    for (let batch = 0; batch < 10; batch++) {
      for (let i = 0; i < 10; i++) {
        socket.write(set(`key ${batch}.${i}`, 20_000));
        output.flush();
        socket.takeAll();
        output.answer(1);
      }
      for (let i = 0; i < 10; i++) expect(output.describe(batch * 10 + i)).toBe(`SET key ${batch}.${i}`);
    }
  });

  it('names nothing rather than another command, once its buffer is used anew', () => {
    for (let i = 0; i < 60; i++) {
      socket.write(set(`key ${i}`, 90_000));
      output.flush();
      socket.takeAll();
      output.answer(1);
      for (let index = 0; index <= i; index++)
        expect(['a command', `SET key ${index}`]).toContain(output.describe(index));
    }
    expect(output.describe(0)).toBe('a command');
    expect(output.describe(1000)).toBe('a command');
  });

  it('shows any bytes as text, cut', () => {
    socket.write(command('SET', Buffer.from('\x00\xffé', 'latin1'), 'x'), command('GET', 'k'.repeat(150)));
    output.flush();
    expect(output.describe(0)).toBe('SET \\x00\\xff\\xe9');
    expect(output.describe(1)).toBe(`GET ${'k'.repeat(100)}…`);
  });

  it('shows what there is of a command whose bytes go on in another buffer', () => {
    const large = command('SET', 'key', Buffer.alloc(2 * OUTPUT_BYTES));
    output.reserve(100);
    output.begin();
    output.copy(large, 0, large.length);
    socket.write(command('GET', 'next'));
    output.flush();
    expect(output.describe(0)).toBe('SET key');
    expect(output.describe(1)).toBe('GET next');
  });
});

describe('commands without an answer', () => {
  it('are told by their first words, over buffers and past those that go on in another', () => {
    socket.write(command('SET', 'a', '1', 'NX'), command('DEL', 'b'));
    output.flush();
    socket.write(command('SET', 'large', Buffer.alloc(2 * OUTPUT_BYTES)), command('RENAME', '\x01', 'c'));
    output.flush();
    socket.write(command('SET', 'not sent', '1'));
    const words = output.unanswered(10);
    expect(words.map((one) => one.slice(0, 2))).toEqual([
      ['SET', 'a'],
      ['DEL', 'b'],
      ['SET', 'large'],
      ['RENAME', '\x01'],
    ]);
    expect(words[3]).toEqual(['RENAME', '\x01', 'c']);
    output.answer(1);
    expect(output.unanswered(2).map(([, key]) => key)).toEqual(['b', 'large']);
    output.answer(3);
    expect(output.unanswered(10)).toEqual([]);
  });
});

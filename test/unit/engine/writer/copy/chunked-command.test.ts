import { beforeEach, describe, expect, it } from 'vitest';
import { ChunkedCommand } from '../../../../../electron/engine/writer/copy/chunked-command.ts';
import { Sink } from '../../../../support/target/sink.ts';

let sink: Sink;
let chunk: ChunkedCommand;

beforeEach(() => {
  sink = new Sink();
  chunk = new ChunkedCommand(sink.output);
});

function add(...words: readonly string[]): void {
  chunk.room(
    words.length,
    words.reduce((sum, word) => sum + word.length, 0),
  );
  for (const word of words) {
    const buf = Buffer.from(`..${word}..`, 'latin1');
    chunk.add(buf, 2, buf.length - 2);
  }
}

describe('ChunkedCommand', () => {
  it('writes nothing without arguments', () => {
    chunk.begin(['RPUSH', 'k']);
    chunk.flush();
    expect(sink.commands()).toEqual([]);
  });

  it('gathers arguments behind the words it began with', () => {
    chunk.begin(['HMSET', Buffer.from([0, 255])]);
    add('f', '');
    add('g', 'v\r\n');
    chunk.flush();
    expect(sink.commands()).toEqual([['HMSET', '\x00\xff', 'f', '', 'g', 'v\r\n']]);
  });

  it('closes a command before it begins another kind', () => {
    chunk.begin(['RPUSH', 'k']);
    add('a');
    chunk.begin(['SADD', 'l']);
    add('b');
    chunk.flush();
    expect(sink.commands()).toEqual([
      ['RPUSH', 'k', 'a'],
      ['SADD', 'l', 'b'],
    ]);
  });

  it('has at most 256 arguments a command, and never parts a pair', () => {
    chunk.begin(['ZADD', 'k']);
    add('x');
    for (let i = 0; i < 300; i++) add(String(i), `member ${i}`);
    chunk.flush();
    const commands = sink.commands();
    expect(commands.map((words) => words.length - 2)).toEqual([255, 256, 90]);
    expect(commands.slice(1).map((words) => words[3])).toEqual(['member 127', 'member 255']);
  });

  it('has at most 64 KB of arguments a command', () => {
    chunk.begin(['RPUSH', 'k']);
    for (let i = 0; i < 10; i++) add(String(i).repeat(20_000));
    chunk.flush();
    const commands = sink.commands();
    expect(commands.map((words) => words.length - 2)).toEqual([3, 3, 3, 1]);
    expect(
      commands
        .flatMap((words) => words.slice(2))
        .map((word) => word[0])
        .join(''),
    ).toBe('0123456789');
  });

  it('takes any argument that it says will fit, even beside another', () => {
    for (let bytes = 30_000; bytes < 70_000; bytes += 97) {
      if (!chunk.fits(bytes)) continue;
      chunk.begin(['RPUSH', 'k']);
      add('x'.repeat(bytes), 'y'.repeat(20));
      chunk.flush();
    }
    expect(chunk.fits(32 * 1024)).toBe(false);
    expect(sink.commands().every((words) => words.length === 4)).toBe(true);
  });

  it('leaves the last arguments of a single command to be written behind it', () => {
    chunk.begin(['SET', 'k']);
    add('first');
    chunk.beginSingle(1);
    sink.output.copy(Buffer.from('$5\r\nvalue\r\n'), 0, 11);
    add('last');
    chunk.flush();
    expect(sink.commands()).toEqual([
      ['SET', 'k', 'first'],
      ['SET', 'k', 'value'],
      ['SET', 'k', 'last'],
    ]);
  });
});

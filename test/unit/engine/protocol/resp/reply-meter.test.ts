import { describe, expect, it } from 'vitest';
import {
  NoReply,
  ReplyMeter,
  ReplyTooLarge,
} from '../../../../../electron/engine/protocol/resp/reply-meter.ts';

const MOST_BYTES = 1000;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const REPLIES = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':-12\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '$0\r\n\r\n',
  '$5\r\na\r\nbc\r\n',
  '*3\r\n$1\r\na\r\n*2\r\n:1\r\n*0\r\n$-1\r\n',
  '*1\r\n*1\r\n*1\r\n+deep\r\n',
];

describe('replies', () => {
  it('are counted wherever they are cut', () => {
    const all = bytes(REPLIES.join(''));
    for (let size = 1; size <= all.length; size++) {
      const meter = new ReplyMeter(MOST_BYTES);
      let replies = 0;
      for (let at = 0; at < all.length; at += size) replies += meter.push(all.subarray(at, at + size));
      expect(replies).toBe(REPLIES.length);
    }
  });

  it('may come for ever, as long as they are settled', () => {
    const meter = new ReplyMeter(MOST_BYTES);
    for (let i = 0; i < 100; i++) {
      expect(meter.push(bytes(`$90\r\n${'x'.repeat(90)}\r\n+O`))).toBe(1);
      meter.settle();
      expect(meter.push(bytes('K\r\n'))).toBe(1);
    }
  });

  it('of half a million bytes in one piece are one', () => {
    const meter = new ReplyMeter(1_000_000);
    expect(meter.push(bytes(`$500000\r\n${'x'.repeat(500_000)}\r\n`))).toBe(1);
  });
});

describe('what is too large', () => {
  const whole = (text: string) => (): unknown => new ReplyMeter(MOST_BYTES).push(bytes(text));

  it.each([
    ['a value, by its head', '$1001\r\n', 'more than 1000 B'],
    ['a value of 8 EB', '$9223372036854775807\r\n', 'more than 1000 B'],
    ['a list, by its head', '*2000001\r\n', 'a list'],
    ['a list of 8 EB', '*9223372036854775807\r\n', 'a list'],
    ['lists in lists', '*2\r\n'.repeat(65), 'lists in lists'],
    ['lists that are only large together', '*1500000\r\n*1500000\r\n', 'a list'],
  ])('is seen at once: %s', (_, text, words) => {
    expect(whole(text)).toThrow(ReplyTooLarge);
    expect(whole(text)).toThrow(words);
  });

  it('is seen when it goes past the bound: a line, many values, many replies', () => {
    const line = new ReplyMeter(1_000_000);
    line.push(bytes('+'));
    const endless = (): void => {
      for (let i = 0; i < 100; i++) line.push(bytes('A'.repeat(1000)));
    };
    expect(endless).toThrow('a line without an end');
    expect(whole(`+${'A'.repeat(70_000)}\r\n`)).toThrow('a line without an end');
    expect(whole(`*100\r\n${'$20\r\nxxxxxxxxxxxxxxxxxxxx\r\n'.repeat(50)}`)).toThrow('more than');
    expect(whole('+OK\r\n'.repeat(201))).toThrow('more than');
  });

  it('is what came before, too, where a reply is under way at the time of settling', () => {
    const meter = new ReplyMeter(MOST_BYTES);
    meter.push(bytes(`*10\r\n$500\r\n${'x'.repeat(500)}\r\n`));
    meter.settle();
    expect(() => meter.push(bytes('$500\r\n'))).toThrow(ReplyTooLarge);
  });
});

describe('what is no reply', () => {
  it.each([
    'HTTP/1.1 400 Bad Request\r\n',
    'H',
    '\u0015\u0003\u0001',
    '>2\r\n',
    '$five\r\n',
    '$\r\n',
    '*-7\r\n',
    '$--1\r\n',
  ])('is told as that: %j', (text) => {
    expect(() => new ReplyMeter(MOST_BYTES).push(bytes(text))).toThrow(NoReply);
  });
});

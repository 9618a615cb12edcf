import { describe, expect, it } from 'vitest';
import { EarlyReplies } from '../../../../electron/engine/writer/early-replies.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';

const open: Endpoint = {
  host: '127.0.0.1',
  port: 6379,
  user: undefined,
  password: undefined,
  tls: false,
  db: 0,
};
const locked: Endpoint = { ...open, password: 'secret' };
const early = (endpoint: Endpoint): EarlyReplies => new EarlyReplies(endpoint, 'lockstep:t');

describe('what is sent before any data', () => {
  it('names the connection and asks for its number', () => {
    expect(early(open).request().toString()).toBe(
      '*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$10\r\nlockstep:t\r\n*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n*1\r\n$4\r\nPING\r\n',
    );
  });

  it('begins with the password, with the user where there is one', () => {
    expect(early(locked).request().toString()).toMatch(/^\*2\r\n\$4\r\nAUTH\r\n\$6\r\nsecret\r\n\*3/);
    expect(
      early({ ...locked, user: 'me' })
        .request()
        .toString(),
    ).toMatch(/^\*3\r\n\$4\r\nAUTH\r\n\$2\r\nme\r\n\$6\r\nsecret\r\n/);
  });
});

describe('the replies', () => {
  it('may come in any pieces', () => {
    const text = '+OK\r\n+OK\r\n:17\r\n+PONG\r\n';
    for (let split = 1; split < text.length; split++) {
      const replies = early(locked);
      expect(replies.push(text.slice(0, split))).toBeUndefined();
      expect(replies.push(text.slice(split))).toBe('17');
    }
  });

  it('may lack a number: servers before 5.0 know no CLIENT ID', () => {
    const old = '-ERR Syntax error, try CLIENT (LIST | KILL ip:port)\r\n';
    expect(early(open).push(`+OK\r\n${old}+PONG\r\n`)).toBe('');
  });

  it.each([
    [
      'a wrong password',
      locked,
      '-WRONGPASS invalid pair\r\n-NOAUTH x\r\n-NOAUTH x\r\n-NOAUTH x\r\n',
      'TARGET_AUTH',
    ],
    [
      'a missing password',
      open,
      '-NOAUTH x\r\n-NOAUTH x\r\n-NOAUTH Authentication required.\r\n',
      'TARGET_AUTH',
    ],
    ['what is no Redis', open, '+OK\r\n:1\r\n+HELLO\r\n', 'TARGET_PROTOCOL'],
  ])('tell %s', (_, endpoint, text, code) => {
    expect(() => early(endpoint).push(text)).toThrow(expect.objectContaining({ code }));
  });

  it('end with what a server says before it closes, though the others never come', () => {
    expect(() => early(locked).push('-ERR max number of clients reached\r\n')).toThrow(
      /max number of clients/,
    );
  });
});

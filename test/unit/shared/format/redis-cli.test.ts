import { expect, it } from 'vitest';
import { redisCli } from '../../../../shared/format/redis-cli.ts';

const place = { host: '10.0.0.7', port: 6380, tls: false };

it('names the real host and port', () => {
  expect(redisCli(place, '-n', 3, 'FLUSHDB')).toBe('redis-cli -h 10.0.0.7 -p 6380 -n 3 FLUSHDB');
});

it('speaks TLS where the server does, and asks for the password instead of showing it', () => {
  const secured = { ...place, tls: true, user: 'app', password: 'hunter2' };
  expect(redisCli(secured, 'PING')).toBe('redis-cli -h 10.0.0.7 -p 6380 --tls --user app --askpass PING');
  expect(redisCli({ ...place, user: '', hasPassword: true }, 'PING')).toBe(
    'redis-cli -h 10.0.0.7 -p 6380 --askpass PING',
  );
});

it('quotes what a shell would read otherwise', () => {
  expect(redisCli(place, 'DEL', "it's $HOME")).toBe(`redis-cli -h 10.0.0.7 -p 6380 DEL 'it'\\''s $HOME'`);
  expect(redisCli(place, 'ACL', 'SETUSER', 'app', '~*')).toContain(`app '~*'`);
});

import { describe, expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import {
  isWholeAddress,
  parseAddress,
  parseCredentials,
} from '../../../../shared/model/parse-credentials.ts';

describe('credentials that were pasted', () => {
  it.each([
    ['app:s3cret', { user: 'app', password: 's3cret' }],
    [' app:s3cret\n', { user: 'app', password: 's3cret' }],
    ['app:with:colons', { user: 'app', password: 'with:colons' }],
  ])('%j is split at the first colon', (text, parts) => {
    expect(parseCredentials(text)).toEqual(parts);
  });

  it.each(['s3cret', ':s3cret', 'app:', 'two words:s3cret', 'redis://host', ''])(
    '%j is a password alone',
    (text) => {
      expect(parseCredentials(text)).toBeNull();
    },
  );

  it('another name than the user who is entered already belongs to the password', () => {
    expect(parseCredentials('app:s3cret', 'app')).toEqual({ user: 'app', password: 's3cret' });
    expect(parseCredentials('app:s3cret', 'admin')).toBeNull();
  });
});

describe('addresses that were pasted', () => {
  it('a URL gives everything it holds', () => {
    expect(parseAddress('rediss://app:p%40ss@redis.example.com:6390/4')).toEqual({
      host: 'redis.example.com',
      port: 6390,
      user: 'app',
      password: 'p@ss',
      tls: true,
      db: 4,
    });
  });

  it('a URL without a port means the port of Redis, and database 0 means nothing', () => {
    expect(parseAddress('redis://redis.example.com/0')).toEqual({
      host: 'redis.example.com',
      port: 6379,
      user: undefined,
      password: undefined,
      tls: false,
      db: undefined,
    });
  });

  it.each([
    ['10.0.0.5:6380', '10.0.0.5', 6380],
    ['[2001:db8::1]:6380', '2001:db8::1', 6380],
    ['[2001:db8::1]', '2001:db8::1', undefined],
    ['app:s3cret@10.0.0.5', '10.0.0.5', undefined],
  ])('%s without a scheme says nothing of TLS', (text, host, port) => {
    expect(parseAddress(text)).toMatchObject({ host, port, tls: undefined });
  });

  it.each(['redis.example.com', '10.0.0.5', '2001:db8::1', 'fe80::1', ''])('%j is a host alone', (text) => {
    expect(isWholeAddress(text)).toBe(false);
    expect(parseAddress(text)).toBeNull();
  });

  it('Sentinels are taken apart with what is the servers’', () => {
    expect(parseAddress('rediss-sentinel://u:hunter2@s1,s2:1/m/3')).toEqual({
      ...{ host: '', port: undefined, user: 'u', password: 'hunter2', tls: true, db: 3 },
      sentinel: {
        nodes: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 1 },
        ],
        name: 'm',
      },
    });
    expect(() => parseAddress('redis-sentinel://u:hunter2@s1,s2')).toThrow(
      /^(?!.*hunter2).*name of the primary/,
    );
  });

  it('what cannot be read is refused without repeating it', () => {
    const text = 'http://app:s3cret@10.0.0.5';
    expect(() => parseAddress(text)).toThrow(LockstepError);
    expect(() => parseAddress(text)).toThrow(/^(?!.*s3cret)/);
  });
});

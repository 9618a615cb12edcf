import { describe, expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, parseEndpoint } from '../../../../shared/model/endpoint.ts';

const failure = (url: string): LockstepError => {
  try {
    parseEndpoint(url);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error(`accepted: ${url}`);
};

describe('parseEndpoint', () => {
  it('fills in what the URL leaves out', () => {
    expect(parseEndpoint('redis://db.example')).toEqual({
      host: 'db.example',
      port: 6379,
      user: undefined,
      password: undefined,
      tls: false,
      db: 0,
    });
  });

  it('reads every part', () => {
    expect(parseEndpoint('rediss://sync:s3cret@10.0.0.7:6380/12')).toEqual({
      host: '10.0.0.7',
      port: 6380,
      user: 'sync',
      password: 's3cret',
      tls: true,
      db: 12,
    });
  });

  it('decodes user and password', () => {
    const endpoint = parseEndpoint('redis://a%3Ab:p%40ss%2Fw%23%3F%25%C3%BC@h');
    expect(endpoint.user).toBe('a:b');
    expect(endpoint.password).toBe('p@ss/w#?%ü');
  });

  it('takes a password without a user', () => {
    const endpoint = parseEndpoint('redis://:pw@h:1');
    expect(endpoint.user).toBeUndefined();
    expect(endpoint.password).toBe('pw');
  });

  it('takes an @ in a password as it stands', () => {
    expect(parseEndpoint('redis://u:a@b@h')).toMatchObject({ user: 'u', password: 'a@b', host: 'h' });
  });

  it('removes the brackets of an IPv6 host', () => {
    expect(parseEndpoint('redis://[::1]:7000')).toMatchObject({ host: '::1', port: 7000 });
    expect(parseEndpoint('redis://u:p@[2001:db8::5]')).toMatchObject({ host: '2001:db8::5', port: 6379 });
  });

  it('prefers the password of the URL over that of the environment', () => {
    expect(parseEndpoint('redis://u@h', { password: 'env' }).password).toBe('env');
    expect(parseEndpoint('redis://u:url@h', { password: 'env' }).password).toBe('url');
    expect(parseEndpoint('redis://u@h', { password: '' }).password).toBeUndefined();
  });

  it('ignores space around the URL and an empty path', () => {
    expect(parseEndpoint(' redis://h/ \n')).toMatchObject({ host: 'h', db: 0 });
  });

  it('takes an address without its scheme for one without TLS', () => {
    expect(parseEndpoint('h:7000')).toMatchObject({ host: 'h', port: 7000, tls: false });
    expect(parseEndpoint('localhost')).toMatchObject({ host: 'localhost', port: 6379 });
    expect(parseEndpoint('[::1]:7000/3')).toMatchObject({ host: '::1', port: 7000, db: 3 });
    expect(parseEndpoint('u:p@h')).toMatchObject({ user: 'u', password: 'p', host: 'h' });
  });

  it('knows the schemes of Valkey', () => {
    expect(parseEndpoint('valkey://h')).toMatchObject({ host: 'h', tls: false });
    expect(parseEndpoint('valkeys://u:p@h:1')).toMatchObject({ host: 'h', tls: true, user: 'u' });
  });

  it.each([
    'u:pass-9@h:port',
    'u:1/pass-9@h',
    '',
    'redis:h',
    'http://u:pass-9@h',
    'redis://',
    'redis://:6379',
    'redis://u:pass-9@',
    'redis://u:pass-9@h:port',
    'redis://u:pass-9@h:70000',
    'redis://u:pass-9@h:0',
    'redis://u:pass-9@h/db',
    'redis://u:pass-9@h/1/2',
    'redis://u:pass-9@h/-1',
    'redis://u:pass-9@h?tls=1',
    'redis://u:pass-9@h#1',
    'redis://u:pass-9%@h',
    'redis://u:1/pass-9@h',
    'redis://u:1#pass-9@h',
    'redis://u:1?pass-9@h',
    'redis://u:pass-9@a b',
    'redis://u:pass-9@[::1',
  ])('refuses %s and does not repeat the password', (url) => {
    const error = failure(url);
    expect(error.code).toBe('URL_INVALID');
    expect(error.message).not.toMatch(/pass-9/);
    // A cause would carry the URL into a log.
    expect(error.cause).toBeUndefined();
  });
});

describe('describeEndpoint', () => {
  it('shows host and port, never credentials', () => {
    expect(describeEndpoint(parseEndpoint('redis://u:p@h:7'))).toBe('h:7');
    expect(describeEndpoint(parseEndpoint('redis://:p@[::1]'))).toBe('[::1]:6379');
  });
});

import { describe, expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import {
  describeEndpoint,
  describeGiven,
  describesEndpoint,
  parseEndpoint,
} from '../../../../shared/model/endpoint.ts';
import { endpointSchema } from '../../../../shared/model/task-spec.ts';

const failure = (url: string): LockstepError => {
  try {
    parseEndpoint(url);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error(`accepted: ${url}`);
};

const sentinel = (url: string) => parseEndpoint(url).sentinel;
const nodes = (url: string): string[] => sentinel(url)!.nodes.map(({ host, port }) => `${host} ${port}`);

describe('an address of Sentinels', () => {
  it('has hosts, a name, and nothing of the server before they were asked', () => {
    expect(parseEndpoint('redis-sentinel://s1:26379,s2:26380,s3/mymaster')).toEqual({
      host: '',
      port: 0,
      user: undefined,
      password: undefined,
      tls: false,
      db: 0,
      sentinel: {
        nodes: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 26380 },
          { host: 's3', port: 26379 },
        ],
        name: 'mymaster',
        password: undefined,
        tls: false,
      },
    });
  });

  it.each([
    'redis-sentinel://a/m',
    'redis+sentinel://a/m',
    'redis-sentinel://a#m',
    'redis-sentinel://a/#m',
    'redis-sentinel://a/m/',
    'valkey-sentinel://a/m',
    '  REDIS+SENTINEL://A/m ',
  ])('is read in each form: %s', (url) => {
    expect(parseEndpoint(url)).toMatchObject({ tls: false, db: 0, sentinel: { name: 'm', tls: false } });
    expect(nodes(url)).toEqual(['a 26379']);
  });

  it.each(['rediss-sentinel://a/m', 'rediss+sentinel://a/m', 'valkeys-sentinel://a/m'])(
    'speaks TLS to both: %s',
    (url) => expect(parseEndpoint(url)).toMatchObject({ tls: true, sentinel: { tls: true } }),
  );

  it.each(['redis-sentinel://a/m/3', 'redis-sentinel://a/3#m'])('may name a database: %s', (url) => {
    expect(parseEndpoint(url)).toMatchObject({ db: 3, sentinel: { name: 'm' } });
  });

  it('takes IPv6, and what comes twice once', () => {
    expect(nodes('redis-sentinel://[::1]:26379,[2001:db8::5],a,A:26379/m')).toEqual([
      '::1 26379',
      '2001:db8::5 26379',
      'a 26379',
    ]);
  });

  it('keeps the credentials of the servers apart from those of the Sentinels', () => {
    const endpoint = parseEndpoint('redis-sentinel://app:p%40%2Fs@x@a,b/m', { sentinelPassword: 'other' });
    expect(endpoint).toMatchObject({ user: 'app', password: 'p@/s@x' });
    expect(endpoint.sentinel).toMatchObject({ password: 'other' });
    const fromEnv = parseEndpoint('redis-sentinel://app@a/m', { password: 'env' });
    expect(fromEnv.password).toBe('env');
    expect(fromEnv.sentinel!.password).toBeUndefined();
  });

  it.each([
    ['redis-sentinel://s1:26379', /name of the primary is missing/],
    ['redis-sentinel://s1:26379/', /name of the primary is missing/],
    ['redis-sentinel://s1:26379#', /name of the primary is missing/],
    ['redis-sentinel://s1/m?x=1', /name of the primary is missing/],
    ['redis-sentinel:///m', /address of a Sentinel is missing/],
    ['redis-sentinel://s1,,s2/m', /address of a Sentinel is missing/],
    ['redis-sentinel://s1,/m', /address of a Sentinel is missing/],
    ['redis-sentinel://s1:0/m', /cannot be read/],
    ['redis-sentinel://s1:70000/m', /cannot be read/],
    ['redis-sentinel://::1/m', /cannot be read/],
    ['redis-sentinel://[::1/m', /cannot be read/],
    ['redis-sentinel://s 1/m', /cannot be read/],
    ['redis-sentinel://s1/m/x', /not a database number/],
    ['redis-sentinel://s1/m%20n', /without spaces/],
    [`redis-sentinel://${'abcdefghij'.split('').join(',')}/m`, /more than 9/],
  ])('is refused at once: %s', (url, why) => {
    expect(failure(url)).toMatchObject({ code: 'URL_INVALID', message: expect.stringMatching(why) });
  });

  it('never repeats a password', () => {
    for (const url of [
      'redis-sentinel://u:hunter2@s1:x/m',
      'redis-sentinel://u:hunter2@/m',
      'redis-sentinel://u:hunter2%@s/m',
    ])
      expect(failure(url).message).not.toContain('hunter2');
  });

  it('is told by the primary once that is known', () => {
    const endpoint = parseEndpoint('redis-sentinel://s1,[::1]:7/m');
    expect(describeEndpoint(endpoint)).toBe('m@s1:26379,[::1]:7');
    const found = { ...endpoint, host: '10.0.0.5', port: 6379 };
    expect(describeEndpoint(found)).toBe('10.0.0.5:6379');
    expect(describeGiven(found)).toBe('m@s1:26379,[::1]:7');
  });

  it('is the same source with other Sentinels of its group, and another one with the same name at others', () => {
    const kept = describeGiven(parseEndpoint('redis-sentinel://s1,s2/m'));
    const is = (url: string): boolean => describesEndpoint(kept, parseEndpoint(url));
    expect(is('redis-sentinel://s3,s2/m')).toBe(true);
    expect(is('redis-sentinel://s3,s4/m')).toBe(false);
    expect(is('redis-sentinel://s1,s2/other')).toBe(false);
    expect(is('redis://s1:26379')).toBe(false);
    const found = { ...parseEndpoint('redis-sentinel://s3/m'), host: 'h', port: 6379 };
    expect(describesEndpoint('h:6379', found)).toBe(true);
  });

  it('passes to the engine, where a half of it does not', () => {
    const endpoint = parseEndpoint('redis-sentinel://s1/m');
    expect(endpointSchema.safeParse(endpoint).success).toBe(true);
    expect(endpointSchema.safeParse({ ...endpoint, sentinel: undefined }).success).toBe(false);
    expect(endpointSchema.safeParse({ ...endpoint, host: 'h' }).success).toBe(false);
    const nobody = { ...endpoint, sentinel: { ...endpoint.sentinel!, nodes: [] } };
    expect(endpointSchema.safeParse(nobody).success).toBe(false);
  });
});

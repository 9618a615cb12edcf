import { describe, expect, test } from 'vitest';
import { viewOf } from '../../../../shared/model/endpoint-view.ts';
import { endpointViewSchema, emptyEndpoint, type EndpointForm } from '../../../../shared/model/profile.ts';
import { secretsOf } from '../../../../shared/model/server-secrets.ts';
import {
  addressOf,
  primaryNameProblem,
  sameAddress,
  sentinelsProblem,
} from '../../../../shared/model/server-address.ts';

const server = (change: Partial<EndpointForm> = {}): EndpointForm => ({
  ...emptyEndpoint('source'),
  host: 'a.example',
  ...change,
});
const watched = (change: Partial<EndpointForm> = {}): EndpointForm => ({
  ...emptyEndpoint('source'),
  kind: 'sentinels',
  sentinels: 's1.example:26379\ns2.example:26380',
  primaryName: 'mymaster',
  ...change,
});

describe('the address of a server that is filled in', () => {
  test.each([
    [server(), 'a.example:6379'],
    [server({ host: ' ::1 ' }), '[::1]:6379'],
    [server({ host: '' }), ''],
    [watched(), 'mymaster@s1.example:26379,s2.example:26380'],
    [watched({ sentinels: ' S1.example , s2.example:26380' }), 'mymaster@s1.example:26379,s2.example:26380'],
    [watched({ primaryName: '' }), '@s1.example:26379,s2.example:26380'],
    [watched({ sentinels: 'a:b:c' }), 'mymaster@a:b:c'],
    [watched({ sentinels: '', primaryName: ' ' }), ''],
    // What belongs to the other kind counts for nothing.
    [watched({ host: 'a.example' }), 'mymaster@s1.example:26379,s2.example:26380'],
    [server({ sentinels: 's1', primaryName: 'm' }), 'a.example:6379'],
  ])('%#: is %s', (form, address) => expect(addressOf(form)).toBe(address));

  test.each([
    [server({ host: 'A.example ' }), server(), true],
    [server({ port: 6380 }), server(), false],
    [server({ host: '' }), server({ host: '' }), false],
    [watched(), watched({ sentinels: 's3.example\ns2.example:26380' }), true],
    [watched({ primaryName: 'other' }), watched(), false],
    [watched({ sentinels: 's3.example' }), watched(), false],
    [watched({ sentinels: '', primaryName: '' }), watched({ sentinels: '', primaryName: '' }), false],
    [watched(), server(), false],
  ])('%#: is the same as another: %s', (one, other, same) => expect(sameAddress(one, other)).toBe(same));

  test.each([
    ['', /^Enter the address of at least one Sentinel/],
    ['s1:0', /^The host or the port of a Sentinel cannot be read\.$/],
    ['redis-sentinel://s1:26379/m', /cannot be read/],
    [Array.from({ length: 10 }, (_, i) => `s${i}`).join('\n'), /^More than 9 Sentinels\.$/],
    ['s1 s2,s3:1\n\n[::1]:26379', undefined],
  ])('Sentinels %j: %s', (sentinels, problem) => {
    const said = sentinelsProblem({ sentinels });
    if (problem) expect(said).toMatch(problem);
    else expect(said).toBeUndefined();
  });

  test.each([
    ['', false],
    ['my master', false],
    [' mymaster ', true],
  ])('the name %j fits: %s', (primaryName, fits) =>
    expect(primaryNameProblem({ primaryName }) === undefined).toBe(fits),
  );
});

describe('what is stored of it', () => {
  test('of Sentinels no host, no port and no map of a cluster’s nodes', () => {
    const form = watched({
      host: 'a.example',
      port: 7000,
      addressMap: 'a=b',
      sentinels: 'S1, s2',
      primaryName: ' m ',
    });
    expect(viewOf(form, 'target')).toMatchObject({
      ...{ id: 'target', host: '', port: 0, addressMap: '' },
      ...{ sentinels: 's1:26379\ns2:26379', primaryName: 'm' },
    });
  });

  test('of a server nothing of Sentinels', () => {
    const form = server({
      host: ' a ',
      sentinels: 's1',
      primaryName: 'm',
      sentinelUser: 'u',
      hasSentinelPassword: true,
      sentinelTls: true,
    });
    expect(viewOf(form)).toEqual(server({ host: 'a' }));
  });

  test.each([
    [server({ host: '' })],
    [server({ port: 0 })],
    [watched({ sentinels: '' })],
    [watched({ primaryName: '' })],
  ])('%#: never without an address', (form) =>
    expect(endpointViewSchema.safeParse(form).success).toBe(false),
  );

  test('the key of a certificate counts where the Sentinels alone speak TLS', () => {
    const flags = { hasPassword: true, hasKey: true, hasSentinelPassword: true };
    expect(secretsOf(watched({ ...flags, sentinelTls: true }))).toEqual([
      'password',
      'key',
      'sentinelPassword',
    ]);
    expect(secretsOf(watched(flags))).toEqual(['password', 'sentinelPassword']);
    expect(secretsOf(server({ ...flags, sentinelTls: true }))).toEqual(['password']);
  });
});

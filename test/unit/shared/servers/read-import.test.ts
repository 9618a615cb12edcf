import { expect, test } from 'vitest';
import { emptyEndpoint } from '../../../../shared/model/profile.ts';
import { addressOf } from '../../../../shared/model/server-address.ts';
import { readImport } from '../../../../shared/servers/import/read-import.ts';
import { exportServers } from '../../../../shared/servers/server-export.ts';

const CANARY = 'canary-Xw9-pass';
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const addresses = (text: string): string[] =>
  readImport(text).servers.map(({ endpoint }) => addressOf(endpoint));

test('addresses are read one a line, with a name before them or without', () => {
  const text = `# production
Orders live  rediss://app:${CANARY}@orders.example:6380/3

10.0.0.7:6379
redis-sentinel://:${CANARY}@s1.example:26379,s2.example:26379/mymaster
redis://half:${CANARY}@:x/
nonsense`;
  const { form, servers, refused } = readImport(text);
  expect(form).toBe('addresses');
  expect(servers.map(({ name }) => name)).toEqual([
    'Orders live',
    '10.0.0.7:6379',
    'mymaster@s1.example:26379,s2.example:26379',
  ]);
  expect(servers[0]).toMatchObject({
    endpoint: { host: 'orders.example', port: 6380, user: 'app', tls: true, hasPassword: true },
    secrets: { password: CANARY },
    without: ['its database 3: a task chooses databases'],
  });
  expect(servers[2]).toMatchObject({ endpoint: { kind: 'sentinels', primaryName: 'mymaster' } });
  expect(refused.map(({ what }) => what)).toEqual(['line 6', 'line 7']);
  expect(JSON.stringify(refused)).not.toContain(CANARY);
});

test('an export of RedisInsight: servers, clusters, Sentinels with the passwords of both, certificates', () => {
  const { form, servers, refused } = readImport(
    JSON.stringify([
      {
        ...{ id: '1', name: 'cache', host: 'cache.example', port: 6379, db: 2, connectionType: 'STANDALONE' },
        ...{ username: 'app', password: CANARY, tls: true, tlsServername: 'cache', verifyServerCert: false },
        caCert: { id: 'ca', name: 'ours', certificate: PEM },
        clientCert: { name: 'me', certificate: PEM, key: '-----BEGIN PRIVATE KEY-----' },
        ...{ compressor: 'NONE', modules: [], timeout: 30_000 },
      },
      {
        ...{ name: 'watched', host: 's1.example', port: 26379, connectionType: 'SENTINEL' },
        ...{ username: 'guard', password: 'of-sentinels', nodes: [{ host: 's1.example', port: 26379 }] },
        sentinelMaster: { name: 'mymaster', username: 'app', password: CANARY },
      },
      {
        name: 'far',
        host: '10.1.0.4',
        port: 6379,
        ssh: true,
        sshOptions: { host: 'bastion', password: 'p' },
      },
      { name: 'broken', port: 6379 },
      { name: 'no key', host: 'h', port: 1, tls: true, clientCert: { name: 'me', certificate: PEM } },
    ]),
  );
  expect(form).toBe('redisinsight');
  expect(servers[0]).toMatchObject({
    name: 'cache',
    endpoint: { user: 'app', tls: true, verify: false, serverName: 'cache', ca: PEM, hasKey: true },
    secrets: { password: CANARY, key: '-----BEGIN PRIVATE KEY-----' },
    without: ['its database 2: a task chooses databases'],
  });
  expect(servers[1]).toMatchObject({
    endpoint: { kind: 'sentinels', sentinels: 's1.example:26379', user: 'app', sentinelUser: 'guard' },
    secrets: { password: CANARY, sentinelPassword: 'of-sentinels' },
  });
  expect(servers[2]!.without).toEqual(['its SSH tunnel over bastion']);
  expect(refused.map(({ what }) => what)).toEqual(['entry 4', 'entry 5 (no key)']);
});

const CONNECTIONS = [
  {
    host: '10.0.0.5',
    port: '6380',
    auth: CANARY,
    username: '',
    name: 'orders',
    separator: ':',
    groupId: 'g1',
  },
  {
    ...{ host: 's1.example', port: 26379, auth: 'of-sentinels', name: 'watched', separator: ':' },
    ...{ sentinelOptions: { masterName: 'mymaster', nodePassword: CANARY }, connectionReadOnly: true },
  },
  {
    ...{ host: '', port: '', auth: '', name: '', separator: ':', cluster: true, color: '#ff0000' },
    ...{ sslOptions: { ca: '/home/me/ca.pem', servername: 'c' }, sshOptions: { host: 'bastion' } },
  },
];

test.each([
  ['list of older releases', CONNECTIONS, ''],
  ['bundle with groups', { connections: CONNECTIONS, groups: [{ id: 'g1', name: 'Shop' }] }, 'Shop'],
])('an export of Another Redis Desktop Manager, %s', (_, file, group) => {
  const { form, servers } = readImport(base64(file));
  expect(form).toBe('another-redis-desktop-manager');
  expect(servers[0]).toMatchObject({
    ...{ name: 'orders', group, endpoint: { host: '10.0.0.5', port: 6380 }, secrets: { password: CANARY } },
  });
  expect(servers[1]).toMatchObject({
    endpoint: {
      kind: 'sentinels',
      sentinels: 's1.example:26379',
      primaryName: 'mymaster',
      hasPassword: true,
    },
    secrets: { password: CANARY, sentinelPassword: 'of-sentinels' },
  });
  expect(servers[1]!.without.join()).toContain('only read');
  expect(servers[2]).toMatchObject({
    name: '127.0.0.1:6379',
    endpoint: { tls: true, verify: true, serverName: 'c' },
  });
  expect(servers[2]!.without).toHaveLength(4);
});

test('what is exported is read again as it was, but for what only this machine knows', () => {
  const endpoint = { ...emptyEndpoint('server'), host: 'a.example', port: 6379, hasPassword: true };
  const text = exportServers([
    {
      ...{ id: 'abc', name: 'Orders', group: 'Shop', colour: 'red', production: true, endpoint },
      look: { atMs: 1, fault: null, found: null },
    },
  ]);
  expect(text).not.toContain('abc');
  expect(text).not.toContain('look');
  expect(readImport(text)).toEqual({
    form: 'lockstep',
    refused: [],
    servers: [
      {
        ...{ name: 'Orders', group: 'Shop', colour: 'red', production: true, endpoint },
        ...{ secrets: {}, without: [] },
      },
    ],
  });
});

test('of an entry that is damaged, or a file of a newer version, nothing is guessed', () => {
  const good = JSON.parse(exportServers([])) as object;
  expect(readImport(JSON.stringify({ ...good, servers: [{ name: 'x' }] })).refused).toHaveLength(1);
  expect(readImport(JSON.stringify({ ...good, version: 2, servers: [{}] })).servers).toEqual([]);
  expect(() => readImport('{"a": 1}')).toThrow('neither an export');
  expect(addresses('')).toEqual([]);
});

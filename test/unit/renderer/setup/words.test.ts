import { describe, expect, it } from 'vitest';
import { sentinelTroubles } from '../../../../renderer/setup/connection/sentinel-words.ts';
import { serverFacts } from '../../../../renderer/setup/connection/server-facts.ts';
import { suggestName } from '../../../../renderer/setup/draft/draft-form.ts';
import { describeTakeOver } from '../../../../renderer/setup/endpoint/take-over.ts';
import { bytesOf, unitFor } from '../../../../renderer/setup/how/units.ts';
import { nextTargetId } from '../../../../renderer/setup/servers/next-target-id.ts';
import { settingsGroups } from '../../../../renderer/setup/start/settings-groups.ts';
import { lastReachableStep } from '../../../../renderer/setup/step/steps.ts';
import { beyondRows, databaseRows, toggled } from '../../../../renderer/setup/what/database-rows.ts';
import { describeStanding } from '../../../../renderer/setup/what/describe-standing.ts';
import { formatMinutes } from '../../../../shared/format/numbers.ts';
import { parseAddress } from '../../../../shared/model/parse-credentials.ts';
import { draft, endpointForm } from '../../../support/page/fixtures.ts';
import {
  clusterServer,
  emptyServer,
  server,
  watchedServer,
} from '../../../support/page/setup-figures/servers.ts';

const BY_ADDRESS = { kind: 'server', primaryName: '' } as const;
const SENTINELS = {
  kind: 'sentinels',
  sentinels: 's1.example:26379\ns2.example:26379',
  primaryName: 'mymaster',
} as const;

describe('what the set-up says', () => {
  it('of a server: the same labels before a test and after it', () => {
    const facts = serverFacts(
      server({
        product: 'Valkey',
        version: '8.1.0',
        role: 'replica',
        replicatesFrom: '10.0.0.4:6379',
        modules: ['ReJSON'],
        databases: [
          { db: 0, keys: 12_000, expires: 3 },
          { db: 5, keys: 340, expires: 0 },
        ],
      }),
      BY_ADDRESS,
    );
    expect(facts.map(({ text }) => text)).toEqual([
      'Valkey 8.1.0, with ReJSON, up 12 d',
      'Replica of 10.0.0.4:6379',
      '3.1 GB used of 4.0 GB',
      '12,340 in all · db 0: 12,000 · db 5: 340',
      '0.4 ms',
    ]);
    expect(serverFacts(null, BY_ADDRESS).map(({ label }) => label)).toEqual(facts.map(({ label }) => label));
    expect(serverFacts(emptyServer({ maxMemoryBytes: 0 }), BY_ADDRESS).map(({ text }) => text)).toContain(
      'None',
    );
  });

  it('of a primary that Sentinels name, and of those that do not', () => {
    const found = watchedServer();
    expect(serverFacts(found, SENTINELS)[0]).toEqual({
      label: 'Primary',
      text: 'mymaster is 10.0.0.1:6379, named by 1 of 3 Sentinels',
    });
    expect(serverFacts(null, SENTINELS)[0]).toEqual({ label: 'Primary', text: '–' });
    expect(sentinelTroubles(found)).toEqual([
      's2.example:26379 names 10.0.0.2:6379.',
      's3.example:26379: connection refused.',
    ]);
    expect(sentinelTroubles(server())).toEqual([]);
  });

  it('of a pasted address of Sentinels, without its secret', () => {
    const address = parseAddress('rediss-sentinel://app:s3cret@s1,s2/mymaster/4')!;
    expect(describeTakeOver(address, 'source')).toBe(
      'Taken over from the address: 2 Sentinels, name mymaster, user app of the servers, password of the servers, TLS on. Database 4 is chosen under “What to copy”.',
    );
  });

  it('of servers that Sentinels tell of: a name for the task, and with which users they are opened', () => {
    const source = endpointForm('source', { ...SENTINELS, sentinelUser: 'asker', hasSentinelPassword: true });
    const target = endpointForm('target-1', { host: '10.0.1.1' });
    expect(suggestName(draft('d1', { source, targets: [target] }))).toBe('mymaster → 10.0.1.1');
    const twice = draft('d1', { source, targets: [{ ...source, id: 'target-1', sentinels: 's9' }] });
    expect(suggestName(twice)).toBe('mymaster@s1.example:26379,s2.example:26379 → mymaster@s9:26379');
    expect(settingsGroups(draft('d1', { source }), '')[0]!.settings[0]!.text).toBe(
      'mymaster@s1.example:26379,s2.example:26379, default user, without a password; its Sentinels: user asker, with a password',
    );
  });

  it('of a cluster, and of which of its nodes where not all primaries could be asked', () => {
    const { topology, ...alone } = clusterServer();
    expect(serverFacts({ ...alone, topology }, BY_ADDRESS).map(({ text }) => text)).toEqual([
      'Redis 7.2.5, up 12 d',
      'Cluster of 3 shards, 6 nodes',
      '6.0 GB used of 4.0 GB (2 of 3 primaries)',
      'db 0: 1,204,331 (2 of 3 primaries)',
      '0.4 ms',
    ]);
    const nodes = topology!.nodes.map((node) => ({ ...node, fault: null }));
    const whole = serverFacts({ ...alone, topology: { ...topology!, nodes } }, BY_ADDRESS);
    expect(whole[3]).toEqual({ label: 'Keys', text: 'db 0: 1,204,331' });
    expect(serverFacts(alone, BY_ADDRESS).map(({ text }) => text)).toContain('Primary, in a cluster');
    expect(serverFacts(alone, BY_ADDRESS)[3]!.text).toBe('db 0: 1,204,331 (this node alone)');
  });

  it('of a pasted address, without its secret', () => {
    const address = parseAddress('rediss://app:s3cret@h:6390/4')!;
    expect(describeTakeOver(address, 'source')).toBe(
      'Taken over from the address: host, port 6390, user app, password, TLS on. Database 4 is chosen under “What to copy”.',
    );
    expect(describeTakeOver(address, 'target')).toContain('Its database 4 is left out');
    expect(describeTakeOver(parseAddress('h:1')!, 'source')).toBe(
      'Taken over from the address: host, port 1.',
    );
  });

  it('of keys that stand on a target', () => {
    const holding = server({
      databases: [
        { db: 0, keys: 12_000, expires: 0 },
        { db: 3, keys: 340, expires: 0 },
      ],
    });
    expect(describeStanding(holding, null)).toBe(
      'holds 12,340 keys now: 12,000 in database 0, 340 in database 3.',
    );
    expect(describeStanding(holding, [3])).toBe('holds 340 keys in database 3 now.');
    expect(describeStanding(holding, [7])).toBe('holds no keys in these databases now.');
    expect(describeStanding(emptyServer(), null)).toBe('holds no keys now.');
    expect(describeStanding(null, null)).toBe('could not be asked, so it is not known what is there.');
  });

  it('of minutes', () => {
    expect([720, 90, 5, 2880, 0].map(formatMinutes)).toEqual(['12 h', '1 h 30 min', '5 min', '2 d', '0 min']);
  });

  it('as the name of a task', () => {
    const source = endpointForm('source', { host: ' a.example ' });
    const targets = [
      endpointForm('target-1', { host: 'b.example' }),
      endpointForm('target-2', { host: 'c' }),
    ];
    expect(suggestName(draft('d', { source, targets: targets.slice(0, 1) }))).toBe('a.example → b.example');
    expect(suggestName(draft('d', { source, targets }))).toBe('a.example:6379');
    const alike = endpointForm('target-1', { host: 'a.example', port: 7000 });
    expect(suggestName(draft('d', { source, targets: [alike] }))).toBe('a.example:6379 → a.example:7000');
  });

  it('at the end, by step', () => {
    const groups = settingsGroups(
      draft('d', { name: 'n', source: endpointForm('source', { host: 'a', tls: true, verify: false }) }),
      '/spool',
    );
    expect(groups.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(groups[0]!.settings[0]).toEqual({
      label: 'Source',
      text: 'a:6379, default user, without a password, TLS without verification',
    });
    expect(groups[2]!.settings.at(-1)).toEqual({
      label: 'Buffer on this machine',
      text: 'Up to 8.0 GB in /spool',
    });
  });
});

describe('small decisions of the set-up', () => {
  it('steps can be opened up to the first with a problem, and the last one after the precheck', () => {
    const problem = (step: number) => ({ path: 'x', message: 'y', step });
    expect(lastReachableStep([problem(2), problem(0)], true)).toBe(0);
    expect(lastReachableStep([], false)).toBe(3);
    expect(lastReachableStep([], true)).toBe(4);
  });

  it('a target gets an id that none has', () => {
    expect(nextTargetId(['target-1', 'target-4'])).toBe('target-5');
  });

  it('sizes are shown in the largest unit that keeps them short', () => {
    expect([8 * 1024 ** 3, 1.5 * 1024 ** 3, 1024 ** 2, 1000, 0].map((bytes) => unitFor(bytes, 'MB'))).toEqual(
      ['GB', 'GB', 'MB', 'KB', 'MB'],
    );
    expect(bytesOf('MB')).toBe(1_048_576);
  });

  it('databases with keys have boxes, others are typed', () => {
    const rows = databaseRows(
      server({
        databases: [
          { db: 3, keys: 1, expires: 0 },
          { db: 0, keys: 5, expires: 0 },
          { db: 1, keys: 0, expires: 0 },
        ],
      }),
    );
    expect(rows.map(({ db }) => db)).toEqual([0, 3]);
    expect(toggled([0, 3], 3)).toEqual([0]);
    expect(toggled([3], 0)).toEqual([0, 3]);
    expect(beyondRows([0, 1, 9], rows)).toEqual([1, 9]);
  });
});

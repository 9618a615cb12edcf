import { describe, expect, it } from 'vitest';
import { parseClusterNodes } from '../../../../electron/engine/router/parse-cluster-nodes.ts';
import { parseClusterShards } from '../../../../electron/engine/router/parse-cluster-shards.ts';

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

describe('CLUSTER NODES', () => {
  it('reads addresses of every form', () => {
    const line = (place: string): string => `${A} ${place} master - 0 1 7 connected`;
    const place = (text: string): unknown => {
      const [node] = parseClusterNodes(line(text)).nodes;
      return node && [node.host, node.port, node.hostname];
    };
    expect(place('10.0.0.1:6379@16379')).toEqual(['10.0.0.1', 6379, undefined]);
    expect(place('10.0.0.1:6379')).toEqual(['10.0.0.1', 6379, undefined]);
    expect(place('10.0.0.1:6379@16379,redis-1.example.com')).toEqual([
      '10.0.0.1',
      6379,
      'redis-1.example.com',
    ]);
    expect(place('10.0.0.1:6379@16379,redis-1,shard-id=abc,tls-port=1')).toEqual([
      '10.0.0.1',
      6379,
      'redis-1',
    ]);
    expect(place('10.0.0.1:6379@16379,,shard-id=abc')).toEqual(['10.0.0.1', 6379, undefined]);
    expect(place('10.0.0.1:6379@16379,shard-id=abc')).toEqual(['10.0.0.1', 6379, undefined]);
    expect(place(':6379@16379')).toEqual(['', 6379, undefined]);
    expect(place('2001:db8::1:6379@16379')).toEqual(['2001:db8::1', 6379, undefined]);
  });

  it('reads roles, epochs, slots and the marks of slots under way', () => {
    const text = [
      `${A} 10.0.0.1:7000@17000 myself,master - 0 1690000000000 3 connected 0-5460 5462 [77->-${B}] [93-<-${C}]`,
      `${B} 10.0.0.2:7000@17000 master,fail? - 1 2 2 disconnected 5463-10922`,
      `${C} 10.0.0.3:7000@17000 slave ${A} 0 2 3 connected`,
    ].join('\r\n');
    const { teller, nodes } = parseClusterNodes(text);
    expect(teller).toBe(A);
    expect(nodes).toMatchObject([
      {
        role: 'primary',
        primaryId: undefined,
        health: 'well',
        epoch: 3,
        slots: [
          { first: 0, last: 5460 },
          { first: 5462, last: 5462 },
        ],
        marks: [
          { slot: 77, kind: 'migrating', peer: B },
          { slot: 93, kind: 'importing', peer: C },
        ],
      },
      { health: 'suspected', slots: [{ first: 5463, last: 10922 }] },
      { role: 'replica', primaryId: A, slots: [] },
    ]);
  });

  it('takes what differs in its times alone for the same, and nothing else', () => {
    const line = (rest: string): unknown => parseClusterNodes(`${A} 10.0.0.1:7000@17000 ${rest}`).nodes[0];
    const first = line('master - 1 2 3 connected 0-5460');
    expect(line('master - 0 7777 3 connected 0-5460\r')).toBe(first);
    for (const other of [
      'master,fail? - 1 2 3 connected 0-5460',
      'master - 1 2 4 connected 0-5460',
      'master - 1 2 3 connected 0-5461',
      `master - 1 2 3 connected 0-5460 [77->-${B}]`,
      `slave ${B} 1 2 3 connected`,
    ])
      expect(line(other)).not.toEqual(first);
  });

  it('reads the state of nodes that are not well', () => {
    const healthOf = (flags: string): string | undefined =>
      parseClusterNodes(`${A} 10.0.0.1:1@2 ${flags} - 0 0 0 disconnected`).nodes[0]?.health;
    expect(healthOf('master,fail')).toBe('failed');
    expect(healthOf('handshake')).toBe('joining');
    expect(healthOf('slave,noaddr,fail')).toBe('lost');
    expect(healthOf('master,nofailover')).toBe('well');
  });

  it('leaves out what is no line of it', () => {
    expect(parseClusterNodes('').nodes).toEqual([]);
    expect(parseClusterNodes('nothing\nof the kind').nodes).toEqual([]);
    expect(parseClusterNodes(`${A} nowhere master - 0 0 0 connected`).nodes).toEqual([]);
    const odd = `${A} 10.0.0.1:1@2 master - 0 0 0 connected 5-3 16384 99999-100000 [x] 12`;
    expect(parseClusterNodes(odd).nodes[0]?.slots).toEqual([{ first: 12, last: 12 }]);
  });
});

it('reads the preferred addresses of CLUSTER SHARDS', () => {
  const node = (id: string, endpoint: unknown): unknown[] => [
    ...['id', id, 'port', 7000, 'ip', '10.0.0.1', 'endpoint', endpoint, 'role', 'master', 'health', 'online'],
  ];
  const reply = [
    ['slots', [0, 5460], 'nodes', [node(A, 'redis-1.example.com'), node(B, '?')]],
    ['slots', [], 'nodes', [node(C, '')]],
    'nothing',
    ['nodes', [['id', A]]],
  ];
  expect(parseClusterShards(reply)).toEqual([
    { id: A, endpoint: 'redis-1.example.com' },
    { id: B, endpoint: '?' },
    { id: C, endpoint: '' },
  ]);
  expect(parseClusterShards(null)).toEqual([]);
});

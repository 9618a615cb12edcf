import { describe, expect, it } from 'vitest';
import {
  refuseRelated,
  relationAmong,
  relationOf,
  type KnownServer,
} from '../../../../electron/engine/control/relation.ts';
import { identityOf, type ServerIdentity } from '../../../../electron/engine/control/server-facts.ts';
import { parseInfo } from '../../../../electron/engine/control/info.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

const at = (host: string, port: number): Endpoint => ({
  host,
  port,
  user: undefined,
  password: undefined,
  tls: false,
  db: 0,
});
const old = at('old.example', 6379);
const fresh = at('new.example', 6379);
const places = { source: old, target: fresh };

const server = (runId: string, replid: string, more: Record<string, string> = {}): ServerIdentity =>
  identityOf(new Map(Object.entries({ run_id: runId, role: 'master', master_replid: replid, ...more })));

const replicaOf = ({ host, port }: Endpoint, link = 'up'): Record<string, string> => ({
  role: 'slave',
  master_host: host,
  master_port: String(port),
  master_link_status: link,
});

describe('relationOf', () => {
  it('knows two that have nothing to do with each other', () => {
    expect(relationOf({ source: server('1', A), target: server('2', B) }, places)).toBe('strangers');
  });

  it('knows one process by its run id', () => {
    expect(relationOf({ source: server('1', A), target: server('1', A) }, places)).toBe('one-server');
  });

  it('knows a source that follows the target by the history, through however many others', () => {
    const source = server('1', B, replicaOf(at('between.example', 6379)));
    expect(relationOf({ source, target: server('2', B) }, places)).toBe('source-follows');
  });

  it('knows it by the history that the source sends, whatever role it told before', () => {
    expect(relationOf({ source: server('1', B), target: server('2', B) }, places)).toBe('source-follows');
  });

  it('knows one that has only begun to follow by the address', () => {
    const source = server('1', A, replicaOf(at('NEW.example', 6379), 'down'));
    expect(relationOf({ source, target: server('2', B) }, places)).toBe('source-follows');
  });

  it('knows a target that follows the source, and two that follow a third', () => {
    const target = server('2', A, replicaOf(old));
    expect(relationOf({ source: server('1', A), target }, places)).toBe('target-follows');
    const third = at('third.example', 6379);
    const both = { source: server('1', A, replicaOf(third)), target: server('2', A, replicaOf(third)) };
    expect(relationOf(both, places)).toBe('same-history');
  });

  it('does not take a loopback address for the target, as it means another machine on each machine', () => {
    const tunnels = { source: at('127.0.0.1', 7001), target: at('127.0.0.1', 6379) };
    const source = server('1', A, replicaOf(at('127.0.0.1', 6379), 'down'));
    expect(relationOf({ source, target: server('2', B) }, tunnels)).toBe('strangers');
    const known = server('2', B, { slave0: 'ip=127.0.0.1,port=7001,state=wait_bgsave,offset=0,lag=0' });
    expect(
      relationOf({ source, target: known }, { source: tunnels.source, target: at('localhost', 6379) }),
    ).toBe('source-follows');
  });

  it('does not take the same port, or a server of the same name on another, for the same server', () => {
    const elsewhere = server('1', A, replicaOf(at('third.example', 6379)));
    expect(relationOf({ source: elsewhere, target: server('2', B) }, places)).toBe('strangers');
    const neighbour = server('1', A, replicaOf(at('new.example', 6380)));
    expect(relationOf({ source: neighbour, target: server('2', B) }, places)).toBe('strangers');
  });

  it('says nothing of servers that tell no ids', () => {
    expect(relationOf({ source: server('', ''), target: server('', '') }, places)).toBe('strangers');
  });
});

const known = (identity: ServerIdentity, where: Endpoint): KnownServer => ({ identity, at: where });

describe('refuseRelated', () => {
  it('names both servers and which follows which', () => {
    const source = [known(server('1', B, replicaOf(fresh)), old)];
    expect(() => refuseRelated({ source, target: [known(server('2', B), fresh)] })).toThrow(
      'the source old.example:6379 replicates from the target new.example:6379',
    );
    const strangers = { source: [known(server('1', A), old)], target: [known(server('2', B), fresh)] };
    expect(() => refuseRelated(strangers)).not.toThrow();
  });
});

describe('clusters', () => {
  const node = (nth: number): KnownServer =>
    known(server(String(nth), String(nth).repeat(40)), at(`node-${nth}.example`, 7000));
  const shard = [node(1)];

  it('are related where any two of their servers are', () => {
    expect(relationAmong({ source: shard, target: [node(4), node(5)] })).toBe('strangers');
    expect(relationAmong({ source: shard, target: [node(4), node(1)] })).toBe('one-server');
    const fed = known(server('7', '7'.repeat(40), replicaOf(at('node-1.example', 7000))), fresh);
    expect(relationAmong({ source: shard, target: [fed] })).toBe('target-follows');
    expect(relationAmong({ source: [fed], target: [node(4), node(1)] })).toBe('source-follows');
  });

  it('are refused by the name of the server that they share', () => {
    expect(() => refuseRelated({ source: shard, target: [node(4), node(1)] })).toThrow(
      'both sides have the server node-1.example:7000',
    );
  });
});

describe('identityOf', () => {
  it('reads whom a server follows, for how long it does not, and who follows it', () => {
    const info = parseInfo(
      'role:slave\r\nmaster_host:10.0.0.9\r\nmaster_port:6380\r\nmaster_link_status:down\r\n' +
        'master_link_down_since_seconds:77\r\nslave0:ip=10.0.0.7,port=6379,state=online,offset=1,lag=0\r\n' +
        'slave1:ip=::1,port=6381,state=online,offset=1,lag=0\r\n',
    );
    expect(identityOf(info)).toMatchObject({
      primaryHost: '10.0.0.9',
      primaryPort: 6380,
      primaryLinkUp: false,
      primaryLinkDownSeconds: 77,
      replicas: [
        { host: '10.0.0.7', port: 6379 },
        { host: '::1', port: 6381 },
      ],
    });
    expect(identityOf(new Map([['master_link_down_since_seconds', '-1']])).primaryLinkDownSeconds).toBe(0);
    expect(identityOf(new Map()).primaryLinkDownSeconds).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { chooseReplica, type SeenReplica } from '../../../../electron/engine/source/choose-replica.ts';

const NOW = 'a'.repeat(40);
const BEFORE = 'b'.repeat(40);
const OTHER = 'c'.repeat(40);
const NONE = '0'.repeat(40);

type Fields = Readonly<Record<string, string>>;

/** INFO of a server that has written, or received, up to `offset`, the last 500 bytes of which are in its backlog. */
const server = (offset: number, fields: Fields = {}): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({
      role: 'master',
      loading: '0',
      master_replid: NOW,
      master_replid2: NONE,
      second_repl_offset: '-1',
      master_repl_offset: String(offset),
      repl_backlog_active: '1',
      repl_backlog_first_byte_offset: String(offset - 499),
      repl_backlog_histlen: '500',
      ...fields,
    }),
  );
const replica = (offset: number, fields: Fields = {}): ReadonlyMap<string, string> =>
  server(offset, { role: 'slave', master_link_status: 'up', ...fields });

const seen = (...all: readonly (ReadonlyMap<string, string> | Error)[]): SeenReplica<number>[] =>
  all.map((one, node) => ({ node, seen: one }));
const at = (offset: number, replid = NOW): { replid: string; offset: number } => ({ replid, offset });

const PRIMARY = server(1000);
const GONE = new Error('it does not answer');

describe('a snapshot is asked of', () => {
  it.each([
    ['the first replica that has all', seen(replica(990), replica(1000)), { kind: 'replica', node: 0 }],
    ['the next one where the first is away', seen(GONE, replica(1000)), { kind: 'replica', node: 1 }],
    ['the primary where there is none', seen(), { kind: 'primary' }],
    ['nobody yet while the only one is away', seen(GONE), { kind: 'later' }],
    [
      'nobody yet while it has no link',
      seen(replica(900, { master_link_status: 'down' })),
      { kind: 'later' },
    ],
    ['nobody yet while it loads', seen(replica(900, { loading: '1' })), { kind: 'later' }],
    ['nobody yet while it was promoted', seen(server(1000)), { kind: 'later' }],
    [
      'nobody yet while it has another history',
      seen(replica(1000, { master_replid: OTHER })),
      { kind: 'later' },
    ],
  ] as const)('%s', (_name, replicas, choice) => {
    expect(chooseReplica(replicas, PRIMARY, undefined)).toEqual(choice);
  });

  it('nobody yet while the primary does not say which history is its own', () => {
    expect(chooseReplica(seen(replica(1000)), undefined, undefined)).toEqual({ kind: 'later' });
  });

  it('the primary of a server before 4.0, whose replicas have streams of their own', () => {
    const old = new Map([
      ['role', 'slave'],
      ['master_link_status', 'up'],
    ]);
    expect(chooseReplica(seen(old), new Map([['role', 'master']]), undefined)).toEqual({ kind: 'primary' });
  });
});

describe('the stream from a place on is asked of', () => {
  it.each([
    ['a replica that has what follows', seen(replica(1000)), at(800), { kind: 'replica', node: 0 }],
    ['one that stands at that very place', seen(replica(800)), at(800), { kind: 'replica', node: 0 }],
    ['nobody yet while the only one is behind it', seen(replica(799)), at(800), { kind: 'later' }],
    [
      'another than one that is behind it',
      seen(replica(799), replica(900)),
      at(800),
      { kind: 'replica', node: 1 },
    ],
    [
      'the primary where no replica has it any more',
      seen(replica(1000, { repl_backlog_first_byte_offset: '950', repl_backlog_histlen: '51' })),
      at(800),
      { kind: 'primary' },
    ],
    [
      'a replica for a snapshot where nobody has it any more',
      seen(replica(1000)),
      at(100),
      { kind: 'replica', node: 0 },
    ],
  ] as const)('%s', (_name, replicas, from, choice) => {
    expect(chooseReplica(replicas, PRIMARY, from)).toEqual(choice);
  });

  it('a replica, though the primary does not answer', () => {
    expect(chooseReplica(seen(replica(1000)), undefined, at(800))).toEqual({ kind: 'replica', node: 0 });
  });

  describe('after a failover at 900', () => {
    const heir = server(1000, { master_replid2: BEFORE, second_repl_offset: '901' });
    const followed = (second: number): ReadonlyMap<string, string> =>
      replica(1000, { master_replid2: BEFORE, second_repl_offset: String(second) });

    it('a replica that went on from there', () => {
      expect(chooseReplica(seen(followed(901)), heir, at(850, BEFORE))).toEqual({ kind: 'replica', node: 0 });
    });

    it('the primary, where the replica went on from before that place', () => {
      expect(chooseReplica(seen(followed(801)), heir, at(850, BEFORE))).toEqual({ kind: 'primary' });
    });

    it('nobody yet while the replica has not heard of it', () => {
      expect(chooseReplica(seen(replica(900, { master_replid: BEFORE })), heir, at(850, BEFORE))).toEqual({
        kind: 'later',
      });
    });

    it('a replica for the snapshot that a place behind it leads to', () => {
      expect(chooseReplica(seen(followed(901)), heir, at(901, BEFORE))).toEqual({ kind: 'replica', node: 0 });
    });
  });
});

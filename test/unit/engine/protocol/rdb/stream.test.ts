import { expect, test } from 'vitest';
import { expandValue } from '../../../../../electron/engine/protocol/rdb/expand.ts';
import { RDB_TYPE, type RdbType } from '../../../../../electron/engine/protocol/rdb/types.ts';
import { decodeAllWays } from '../../../../support/rdb/all-ways.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { decodeInPortions, randomSizes, whole } from '../../../../support/rdb/portions.ts';
import { RdbRecorder } from '../../../../support/rdb/recorder.ts';
import { type Id, idLengths, node, pending, rawId } from '../../../../support/rdb/stream-builder.ts';
import { ValueRecorder, type RecordedValue } from '../../../../support/rdb/value-recorder.ts';

const MAX = 2n ** 64n - 1n;

function decodeStream(type: RdbType, body: Buffer): RecordedValue {
  const recorded = decodeAllWays(build.snapshot(build.entry(type, 'stream', body)));
  return recorded.key('stream').value!;
}

test('entries: equal and other fields, deleted ones, ids over all 64 bits', () => {
  const nodes = build.join(
    build.length(2),
    node(
      [1000n, 5n],
      ['name', 'count'],
      [
        { difference: [0n, 0n], values: ['a', '1'] },
        { difference: [0n, 1n], values: ['gone', '2'], deleted: true },
        { difference: [1n, -5n], fieldsAndValues: ['other', 'b', 'more', '3', '4', 'five'] },
        { difference: [7n, MAX % 2n ** 63n], fieldsAndValues: [] },
      ],
    ),
    node(
      [MAX - 1n, MAX - 1n],
      [],
      [
        { difference: [0n, 0n], values: [] },
        { difference: [1n, 1n], values: [] },
        { difference: [1n, -(2n ** 63n)], values: [] },
      ],
    ),
  );
  const value = decodeStream(
    RDB_TYPE.STREAM_LISTPACKS,
    build.join(nodes, build.length(6), idLengths([MAX, MAX]), 0),
  );
  expect(value.entries).toEqual([
    { id: '1000-5', fieldsAndValues: ['name', 'a', 'count', '1'] },
    { id: '1001-0', fieldsAndValues: ['other', 'b', 'more', '3', '4', 'five'] },
    { id: `1007-${2n ** 63n + 4n}`, fieldsAndValues: [] },
    { id: `${MAX - 1n}-${MAX - 1n}`, fieldsAndValues: [] },
    { id: `${MAX}-${MAX}`, fieldsAndValues: [] },
    { id: `${MAX}-${MAX - 1n - 2n ** 63n}`, fieldsAndValues: [] },
  ]);
  expect(value.state).toEqual({
    length: 6,
    lastId: `${MAX}-${MAX}`,
    firstId: undefined,
    maxDeletedId: undefined,
    entriesAdded: undefined,
  });
});

const IDS: readonly Id[] = [
  [1n, 1n],
  [1n, 2n],
  [2n ** 40n, 0n],
  [MAX, MAX],
];

/** Two groups; alice has the first, third and fourth entry, bob the second, carol none. */
function groups(type: RdbType): Buffer {
  const read = (value: bigint): Buffer =>
    type === RDB_TYPE.STREAM_LISTPACKS ? build.join() : build.length(value);
  const times = (seen: bigint, active: bigint): Buffer =>
    type === RDB_TYPE.STREAM_LISTPACKS_3
      ? build.join(build.i64le(seen), build.i64le(active))
      : build.i64le(seen);
  const all = IDS.map((id, i) => pending(id, 1_700_000_000_000n + BigInt(i), i + 1));
  const consumer = (name: string, clock: Buffer, ids: readonly Id[]): Buffer =>
    build.join(build.string(name), clock, build.length(ids.length), ...ids.map(rawId));
  return build.join(
    ...[
      build.length(2),
      build.string('first'),
      idLengths([2n ** 40n, 7n]),
      read(3n),
      build.length(all.length),
      ...all,
    ],
    build.length(3),
    consumer('alice', times(11n, 12n), [IDS[0]!, IDS[2]!, IDS[3]!]),
    consumer('bob', times(13n, 14n), [IDS[1]!]),
    consumer('carol', times(15n, -1n), []),
    ...[build.string('second'), idLengths([0n, 0n]), read(MAX), 0, 0],
  );
}

test.each([RDB_TYPE.STREAM_LISTPACKS, RDB_TYPE.STREAM_LISTPACKS_2, RDB_TYPE.STREAM_LISTPACKS_3])(
  'groups, type %d',
  (type) => {
    const more = build.join(idLengths([1n, 1n]), idLengths([5n, 6n]), build.length(2n ** 40n));
    const state = build.join(
      build.length(4),
      idLengths([9n, 9n]),
      type === RDB_TYPE.STREAM_LISTPACKS ? '' : more,
    );
    const value = decodeStream(type, build.join(0, state, groups(type)));
    expect(value.state).toEqual(
      type === RDB_TYPE.STREAM_LISTPACKS
        ? { length: 4, lastId: '9-9', firstId: undefined, maxDeletedId: undefined, entriesAdded: undefined }
        : { length: 4, lastId: '9-9', firstId: '1-1', maxDeletedId: '5-6', entriesAdded: 2 ** 40 },
    );
    const third = type === RDB_TYPE.STREAM_LISTPACKS_3;
    const waiting = IDS.map(([ms, sequence], i) => ({
      id: `${ms}-${sequence}`,
      deliveryTimeMs: 1_700_000_000_000 + i,
      deliveries: i + 1,
    }));
    expect(value.groups).toEqual([
      {
        name: 'first',
        lastDeliveredId: `${2n ** 40n}-7`,
        entriesRead: type === RDB_TYPE.STREAM_LISTPACKS ? -1 : 3,
        consumers: [
          {
            name: 'alice',
            seenTimeMs: 11,
            activeTimeMs: third ? 12 : 11,
            pending: [waiting[0], waiting[2], waiting[3]],
          },
          { name: 'bob', seenTimeMs: 13, activeTimeMs: third ? 14 : 13, pending: [waiting[1]] },
          { name: 'carol', seenTimeMs: 15, activeTimeMs: third ? -1 : 15, pending: [] },
        ],
      },
      { name: 'second', lastDeliveredId: '0-0', entriesRead: -1, consumers: [] },
    ]);
  },
);

test('a large stream with many pending entries', () => {
  const ids = Array.from({ length: 20_000 }, (_, i): Id => [BigInt(1000 + (i >> 2)), BigInt(i & 3)]);
  const nodes = Array.from({ length: 200 }, (_, i) =>
    node(
      [BigInt(1000 + i * 25), 0n],
      ['f'],
      Array.from({ length: 100 }, (_e, j) => ({
        difference: [BigInt(j >> 2), BigInt(j & 3)] as const,
        values: [`${i}/${j}`],
      })),
    ),
  );
  const owned = (remainder: number): readonly Id[] => ids.filter((_, i) => i % 3 === remainder);
  const consumers = [0, 1, 2].map((n) =>
    build.join(build.string(`c${n}`), build.i64le(1n), build.length(owned(n).length), ...owned(n).map(rawId)),
  );
  const body = build.join(
    ...[
      build.length(nodes.length),
      ...nodes,
      build.length(20_000),
      idLengths([9n, 9n]),
      build.length(1),
      build.string('g'),
    ],
    ...[
      idLengths([9n, 9n]),
      build.length(ids.length),
      ...ids.map((id, i) => pending(id, BigInt(i), i)),
      build.length(3),
      ...consumers,
    ],
  );
  const snapshot = build.snapshot(build.entry(RDB_TYPE.STREAM_LISTPACKS, 'large', body));
  const first = new RdbRecorder();
  decodeInPortions(snapshot, first, whole(snapshot));
  const { value, body: wholeBody } = first.key('large');
  expect(wholeBody).toBeUndefined();
  expect(value?.entries.map((entry) => entry.id)).toEqual(ids.map(([ms, sequence]) => `${ms}-${sequence}`));
  const [group] = value?.groups ?? [];
  for (const [n, consumer] of (group?.consumers ?? []).entries()) {
    expect(consumer.pending.map((entry) => entry.deliveries)).toEqual(
      ids.map((_, i) => i).filter((i) => i % 3 === n),
    );
  }
  for (let seed = 0; seed < 4; seed++) {
    const other = new RdbRecorder();
    decodeInPortions(snapshot, other, randomSizes(seed, 300_000));
    expect(other.keys).toEqual(first.keys);
  }
});

const tail = build.join(build.length(0), idLengths([0n, 0n]));
const consumerOf = (id: Id): Buffer =>
  build.join(build.length(1), build.string('c'), build.i64le(1n), 1, rawId(id));
const groupOf = (...rest: Buffer[]): Buffer =>
  build.join(0, tail, 1, build.string('g'), idLengths([0n, 0n]), ...rest);

test.each([
  ['a node key that is no id', build.join(1, build.string('short'), build.string('x'), tail, 0)],
  [
    'a node that is no listpack',
    build.join(1, build.string(rawId([1n, 1n])), build.string('not a listpack'), tail, 0),
  ],
  [
    'pending entries out of order',
    groupOf(build.length(2), pending([2n, 0n], 0n, 1), pending([1n, 0n], 0n, 1), build.length(0)),
  ],
  [
    'a consumer with an entry that the group lacks',
    groupOf(build.length(1), pending([2n, 0n], 0n, 1), consumerOf([1n, 0n])),
  ],
  ['a body that ends too early', groupOf()],
])('%s is broken', (_name, body) => {
  expect(() =>
    expandValue(RDB_TYPE.STREAM_LISTPACKS, 'k', body, 0, body.length, new ValueRecorder()),
  ).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
});

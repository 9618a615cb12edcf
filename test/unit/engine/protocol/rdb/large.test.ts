import { expect, test, vi } from 'vitest';
import { ELEMENT_BOUND, UNIT_BOUND } from '../../../../../electron/engine/protocol/rdb/bounds.ts';
import { NO_EXPIRY } from '../../../../../electron/engine/protocol/rdb/events.ts';
import { RDB_TYPE } from '../../../../../electron/engine/protocol/rdb/types.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { decodeInPortions, randomOf, randomSizes, whole } from '../../../../support/rdb/portions.ts';
import { RdbRecorder, type RecordedKey } from '../../../../support/rdb/recorder.ts';

// A busy machine may need several times what these take alone.
vi.setConfig({ testTimeout: 60_000 });

const random = randomOf(7);
/** Text that hardly compresses. */
const noise = (bytes: number): string =>
  Buffer.from(Array.from({ length: bytes }, () => random() * 256)).toString('latin1');
const soft = (bytes: number): string => 'soft text '.repeat(bytes / 10 + 1).slice(0, bytes);

const BIG = noise(400_000);
const SOFT = soft(700_000);

function decodeOne(content: Buffer): RecordedKey {
  const snapshot = build.snapshot(
    build.join(content, build.entry(RDB_TYPE.STRING, 'after', build.string('v'))),
  );
  const first = new RdbRecorder();
  expect(decodeInPortions(snapshot, first, whole(snapshot)).finished).toBe(true);
  for (let seed = 0; seed < 8; seed++) {
    const other = new RdbRecorder();
    expect(decodeInPortions(snapshot, other, randomSizes(seed, 400_000)).finished).toBe(true);
    expect(other).toEqual(first);
  }
  expect(first.keys.length).toBe(2);
  return first.keys[0]!;
}

test.each([0, 1])('whether an entry comes whole depends on its size alone (%d over the bound)', (over) => {
  const head = build.join(0xfc, build.i64le(77n), RDB_TYPE.STRING, build.string('key'));
  const text = noise(UNIT_BOUND - head.length - 5 + over);
  const key = decodeOne(build.join(head, build.string(text)));
  expect(key.value?.text === text).toBe(true);
  expect(key.body !== undefined).toBe(over === 0);
  expect(key.expireAtMs).toBe(77);
});

test('large strings, raw and compressed', () => {
  expect(decodeOne(build.entry(RDB_TYPE.STRING, 'k', build.string(BIG))).value?.text === BIG).toBe(true);
  const mixed = SOFT + BIG + SOFT;
  expect(decodeOne(build.entry(RDB_TYPE.STRING, 'k', build.lzfString(mixed))).value?.text === mixed).toBe(
    true,
  );
});

test('a large key name', () => {
  for (const encoded of [build.string(BIG), build.lzfString(BIG + SOFT + BIG)]) {
    const key = decodeOne(build.join(RDB_TYPE.SET, encoded, 1, build.string('m')));
    expect([BIG, BIG + SOFT + BIG]).toContain(key.key);
    expect(key.value?.elements).toEqual(['m']);
  }
});

const ELEMENTS = ['a', BIG, '', soft(ELEMENT_BOUND), SOFT, '-5', noise(ELEMENT_BOUND + 1), 'z'];
const ENCODED = ELEMENTS.map((element) => {
  if (element === '-5') return build.integerString(-5, 8);
  return element.startsWith('soft') ? build.lzfString(element) : build.string(element);
});

test('lists and sets with elements of all sizes', () => {
  for (const type of [RDB_TYPE.LIST, RDB_TYPE.SET]) {
    const { value } = decodeOne(build.entry(type, 'k', build.join(ELEMENTS.length, ...ENCODED)));
    expect(value?.elements).toEqual(ELEMENTS);
    expect(value?.largeElements).toBe(3);
  }
});

test('sorted sets with members of all sizes, with binary and with text scores', () => {
  const binary = ENCODED.map((element, i) =>
    build.join(element, build.float64(i === 1 ? -Infinity : i + 0.5)),
  );
  const texts = ENCODED.map((element, i) =>
    build.join(element, i === 1 ? 255 : i === 2 ? 254 : build.string(`${i}.50`)),
  );
  const key = decodeOne(build.entry(RDB_TYPE.ZSET_2, 'k', build.join(ELEMENTS.length, ...binary)));
  expect(key.value?.scored).toEqual(
    ELEMENTS.map((element, i) => [element, i === 1 ? '-inf' : String(i + 0.5)]),
  );
  const old = decodeOne(build.entry(RDB_TYPE.ZSET, 'k', build.join(ELEMENTS.length, ...texts)));
  expect(old.value?.scored).toEqual(
    ELEMENTS.map((element, i) => [element, i === 1 ? '-inf' : i === 2 ? 'inf' : String(i + 0.5)]),
  );
  const nan = build.entry(RDB_TYPE.ZSET_2, 'k', build.join(1, build.string(BIG), build.float64(NaN)));
  expect(() => decodeOne(nan)).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
});

test('hashes with names and values of all sizes, with and without expiries', () => {
  const pairs = ELEMENTS.flatMap((name, i) =>
    ELEMENTS.map((value, j) => ({ name, value, bytes: build.join(ENCODED[i]!, ENCODED[j]!) })),
  ).filter((_, i) => i % 5 !== 1);
  const plain = decodeOne(
    build.entry(
      RDB_TYPE.HASH,
      'k',
      build.join(build.length(pairs.length), ...pairs.map((pair) => pair.bytes)),
    ),
  );
  expect(plain.value?.fields).toEqual(pairs.map(({ name, value }) => [name, value, NO_EXPIRY]));
  const expiring = pairs.map((pair, i) => build.join(build.length(i % 3 === 0 ? 0 : i + 1), pair.bytes));
  const expected = (base: number) =>
    pairs.map(({ name, value }, i) => [name, value, i % 3 === 0 ? NO_EXPIRY : base + i]);
  const body = build.join(build.length(pairs.length), ...expiring);
  const relative = decodeOne(
    build.entry(RDB_TYPE.HASH_METADATA, 'k', build.join(build.i64le(1_800_000_000_000n), body)),
  );
  expect(relative.value?.fields).toEqual(expected(1_800_000_000_000));
  expect(decodeOne(build.entry(RDB_TYPE.HASH_METADATA_PRE_GA, 'k', body)).value?.fields).toEqual(expected(1));
});

test('a packed block and list nodes larger than a window', () => {
  const items = Array.from({ length: 3000 }, (_, i) => `${i} ${noise(150)}`).concat(BIG, SOFT);
  const listpack = build.listpack(items.map((item) => build.listpackString(item)));
  const ziplist = build.ziplist(items.map((item) => build.ziplistString(item)));
  const set = decodeOne(build.entry(RDB_TYPE.SET_LISTPACK, 'k', build.string(listpack)));
  expect(set.value?.elements).toEqual(items);
  expect(set.value?.largeElements).toBe(2);
  const hash = decodeOne(build.entry(RDB_TYPE.HASH_LISTPACK, 'k', build.lzfString(listpack)));
  expect(hash.value?.fields.map(([name]) => name)).toEqual(items.filter((_, i) => i % 2 === 0));
  const old = build.join(
    3,
    build.string(ziplist),
    build.lzfString(ziplist),
    build.string(build.ziplist([build.ziplistString('last')])),
  );
  expect(decodeOne(build.entry(RDB_TYPE.LIST_QUICKLIST, 'k', old)).value?.elements).toEqual([
    ...items,
    ...items,
    'last',
  ]);
  const nodes = build.join(
    ...[5, 2, build.string(listpack), 1, build.string(BIG), 1, build.string('plain')],
    ...[1, build.lzfString(SOFT), 2, build.lzfString(listpack)],
  );
  const list = decodeOne(build.entry(RDB_TYPE.LIST_QUICKLIST_2, 'k', nodes));
  expect(list.value?.elements).toEqual([...items, BIG, 'plain', SOFT, ...items]);
});

test('what must be had whole and exceeds all bounds names the key', () => {
  const claim = build.join(
    RDB_TYPE.HASH_LISTPACK,
    build.string('the-key'),
    build.length(2 ** 40),
    Buffer.alloc(UNIT_BOUND),
  );
  expect(() => decodeOne(claim)).toThrow(/the-key/);
  expect(() => decodeOne(claim)).toThrow(expect.objectContaining({ code: 'RDB_UNSUPPORTED' }));
});

import { describe, expect, it } from 'vitest';
import { checkBody } from '../../../../../electron/engine/protocol/rdb/sound-body.ts';
import { RDB_TYPE, type RdbType } from '../../../../../electron/engine/protocol/rdb/types.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { idLengths, node, pending, rawId } from '../../../../support/rdb/stream-builder.ts';

const check = (type: RdbType, body: Buffer): void => {
  const buf = build.join('###', body, '###');
  checkBody(type, buf, 3, buf.length - 3);
};
const sound = (type: RdbType, body: Buffer): void => expect(() => check(type, body)).not.toThrow();
const refused = (type: RdbType, body: Buffer, fact: RegExp): void =>
  expect(() => check(type, body)).toThrow(
    expect.objectContaining({ code: 'RDB_BROKEN', message: expect.stringMatching(fact) }),
  );

const text = build.listpackString;
const pack = (...items: Buffer[]): Buffer => build.listpack(items);
const zip = (...texts: string[]): Buffer => build.ziplist(texts.map((one) => build.ziplistString(one)));
/** The bytes with one of them changed. */
function changed(bytes: Buffer, at: number, to: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = to;
  return copy;
}

const SIZES = [
  0, 1, 63, 64, 123, 124, 125, 126, 127, 128, 300, 4095, 4096, 16_370, 16_377, 16_378, 16_379, 16_380, 20_000,
];

describe('a listpack', () => {
  it('passes with items of every encoding and length, raw or compressed', () => {
    const items = [
      ...SIZES.map((size) => text('x'.repeat(size))),
      ...[7, 13, 16, 24, 32, 64].map((bits) => build.listpackInteger(100n, bits as 7)),
      build.listpackInteger(-5n, 13),
    ];
    sound(RDB_TYPE.LIST_QUICKLIST_2, build.join(1, 2, build.string(pack(...items))));
    sound(
      RDB_TYPE.LIST_QUICKLIST_2,
      build.join(2, 2, build.lzfString(pack(...items)), 1, build.string('plain')),
    );
    sound(RDB_TYPE.SET_LISTPACK, build.string(build.listpack([text('a'), text('b')], 0xffff)));
    const many = Array.from({ length: 5000 }, (_, i) => text(`member ${i}`));
    sound(RDB_TYPE.SET_LISTPACK, build.string(pack(...many)));
    refused(RDB_TYPE.SET_LISTPACK, build.string(pack(...many, text('member 77'))), /a name is there twice/);
  });

  it('is refused where the length behind an item is not that of the item', () => {
    for (const size of SIZES) {
      const good = pack(text('x'.repeat(size)), text('y'));
      const behind = good.length - 1 - 3 - 1;
      const body = (bytes: Buffer): Buffer => build.join(1, 2, build.string(bytes));
      sound(RDB_TYPE.LIST_QUICKLIST_2, body(good));
      refused(
        RDB_TYPE.LIST_QUICKLIST_2,
        body(changed(good, behind, good[behind]! ^ 1)),
        /does not fit its own lengths/,
      );
    }
  });

  it('is refused where an item reaches beyond the end, or the count is another', () => {
    const good = pack(text('abc'), text('def'));
    for (const [at, to] of [
      [6, 0xbf],
      [6, 0xef],
      [6, 0xf0],
      [6, 0xf5],
      [4, 3],
      [0, 9],
    ] as const)
      refused(RDB_TYPE.SET_LISTPACK, build.string(changed(good, at, to)), /does not fit its own lengths/);
    refused(RDB_TYPE.SET_LISTPACK, build.string(''), /does not fit/);
  });

  it('of a hash has each field once, with a value', () => {
    const number = build.listpackInteger(1n, 7);
    sound(
      RDB_TYPE.HASH_LISTPACK,
      build.string(pack(text('a'), text('a'), text('b'), text('a'), number, number)),
    );
    refused(RDB_TYPE.HASH_LISTPACK, build.string(pack(text('a'), text('1'), text('a'), text('2'))), /twice/);
    refused(RDB_TYPE.HASH_LISTPACK, build.string(pack(number, text('1'), number, text('2'))), /twice/);
    refused(
      RDB_TYPE.HASH_LISTPACK,
      build.string(pack(text('a'), text('1'), text('b'))),
      /middle of an element/,
    );
  });

  it('of a sorted set has scores that are numbers', () => {
    const scored = (score: Buffer): Buffer => build.string(pack(text('a'), score, text('nan'), text('1.5')));
    for (const score of ['1.5', '-inf', 'inf', '1e+20', '-0'].map((one) => text(one)))
      sound(RDB_TYPE.ZSET_LISTPACK, scored(score));
    sound(RDB_TYPE.ZSET_LISTPACK, scored(build.listpackInteger(3n, 7)));
    for (const score of ['nan', '-nan', 'NaN'])
      refused(RDB_TYPE.ZSET_LISTPACK, scored(text(score)), /no.* a number/);
  });
});

describe('a ziplist', () => {
  const long = 'x'.repeat(300);

  it('passes with items of every encoding', () => {
    const integers = [4, 8, 16, 24, 32, 64].map((bits) => build.ziplistInteger(5n, bits as 4));
    const texts = [...SIZES, 254].map((size) => build.ziplistString('x'.repeat(size)));
    sound(RDB_TYPE.LIST_ZIPLIST, build.string(build.ziplist([...integers, ...texts, ...integers])));
    sound(
      RDB_TYPE.LIST_QUICKLIST,
      build.join(2, build.string(zip('a', long, 'b')), build.lzfString(zip(long, long))),
    );
  });

  it('is refused where lengths and the place of the last item are others', () => {
    const good = zip('abc', 'def', 'ghi');
    for (const at of [4, 8, 10, 11, 15, 16, 20, 21])
      refused(
        RDB_TYPE.LIST_ZIPLIST,
        build.string(changed(good, at, good[at]! + 1)),
        /does not fit its own lengths/,
      );
    const far = zip(long, 'b');
    refused(RDB_TYPE.LIST_ZIPLIST, build.string(changed(far, far.length - 7, 1)), /does not fit/);
  });

  it('has each field once, and scores that are numbers', () => {
    sound(RDB_TYPE.HASH_ZIPLIST, build.string(zip('a', 'b', 'b', 'b')));
    refused(RDB_TYPE.HASH_ZIPLIST, build.string(zip('a', '1', 'a', '2')), /twice/);
    refused(RDB_TYPE.ZSET_ZIPLIST, build.string(zip('a', 'nan')), /not a number/);
  });
});

it('a block is not believed how long it is', () => {
  const claims = (length: number): Buffer =>
    build.join(0xc3, build.length(800_000), build.length(length), Buffer.alloc(800_000));
  refused(RDB_TYPE.SET_LISTPACK, claims(70 * 1024 * 1024), /claims a length of 73400320/);
  refused(RDB_TYPE.SET_LISTPACK, claims(2 ** 40), /compressed string of 800000 bytes claims/);
  refused(RDB_TYPE.LIST_QUICKLIST, build.join(1, claims(70 * 1024 * 1024)), /claims a length/);
  refused(RDB_TYPE.SET_LISTPACK, build.string('abc').subarray(0, 2), /does not end/);
});

describe('what is no packed block', () => {
  it('of a hash has each field once', () => {
    const some = [build.string('a'), build.string('1'), build.string('b'), build.string('1')];
    sound(RDB_TYPE.HASH, build.join(2, ...some));
    refused(RDB_TYPE.HASH, build.join(3, ...some, build.string('a'), build.string('2')), /twice/);
  });

  it('of an intset is in order', () => {
    for (const width of [2, 4, 8] as const) {
      sound(RDB_TYPE.SET_INTSET, build.string(build.intset(width, [-7n, 0n, 1n, 300n])));
      refused(RDB_TYPE.SET_INTSET, build.string(build.intset(width, [1n, 1n])), /not in order/);
      refused(RDB_TYPE.SET_INTSET, build.string(build.intset(width, [1n, -2n])), /not in order/);
    }
    sound(
      RDB_TYPE.SET_INTSET,
      build.string(build.intset(8, [-(2n ** 62n), -1n, 2n ** 31n, 2n ** 32n, 2n ** 62n])),
    );
    refused(RDB_TYPE.SET_INTSET, build.string(build.intset(8, [2n ** 33n, 2n ** 32n + 5n])), /not in order/);
  });
});

describe('a stream', () => {
  const entries = [
    { difference: [0n, 0n] as const, values: ['v'] },
    { difference: [0n, 1n] as const, fieldsAndValues: ['a', '1', 'b', '2'] },
  ];
  const body = (nodes: Buffer, owned: readonly Buffer[] = [rawId([1n, 0n]), rawId([1n, 1n])]): Buffer =>
    build.join(
      ...[1, nodes, 2, idLengths([1n, 1n]), idLengths([1n, 0n]), idLengths([0n, 0n]), 2, 1],
      ...[
        build.string('group'),
        idLengths([1n, 1n]),
        3,
        2,
        pending([1n, 0n], 5n, 1),
        pending([1n, 1n], 6n, 2),
      ],
      ...[1, build.string('consumer'), build.i64le(7n), build.i64le(8n), owned.length, ...owned],
    );
  const good = node([1n, 0n], ['f'], entries);

  it('passes whole', () => {
    sound(RDB_TYPE.STREAM_LISTPACKS_3, body(good));
  });

  it('is refused where a pending entry has no consumer', () => {
    refused(RDB_TYPE.STREAM_LISTPACKS_3, body(good, [rawId([1n, 0n])]), /pending entries/);
  });

  it('is refused where a node does not hold what it counts', () => {
    // Behind the key of 16 bytes: the string's length, the listpack's header, and then the number of entries.
    const at = 17 + 1 + 6;
    expect(good[at]).toBe(2);
    refused(RDB_TYPE.STREAM_LISTPACKS_3, body(changed(good, at, 3)), /own counts/);
    refused(RDB_TYPE.STREAM_LISTPACKS_3, body(changed(good, at, 1)), /own counts/);
    refused(RDB_TYPE.STREAM_LISTPACKS_3, body(changed(good, 0, 15)), /no stream id/);
  });
});

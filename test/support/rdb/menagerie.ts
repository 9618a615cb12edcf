import { RDB_TYPE } from '../../../electron/engine/protocol/rdb/types.ts';
import * as build from './builder.ts';
import { idLengths, node, pending, rawId } from './stream-builder.ts';

const zip = (...texts: string[]): Buffer => build.ziplist(texts.map((text) => build.ziplistString(text)));
const pack = (...texts: string[]): Buffer => build.listpack(texts.map((text) => build.listpackString(text)));
const SOFT = 'soft text '.repeat(12);

/** One key of every type, small, in the content of a snapshot; `filler` is put into most of them. */
export function menagerie(filler: Buffer = Buffer.from('filler')): Buffer {
  const some = build.join(build.string(filler), build.lzfString(SOFT), build.integerString(-300, 16));
  const text = filler.toString('latin1');
  const group = build.join(
    ...[build.string('group'), idLengths([1n, 1n]), 3, 2, pending([1n, 0n], 5n, 1), pending([1n, 1n], 6n, 2)],
    ...[
      build.length(1),
      build.string('consumer'),
      build.i64le(7n),
      build.i64le(8n),
      2,
      rawId([1n, 0n]),
      rawId([1n, 1n]),
    ],
  );
  const stream = build.join(
    ...[
      1,
      node(
        [1n, 0n],
        ['f'],
        [
          { difference: [0n, 0n], values: [text] },
          { difference: [0n, 1n], fieldsAndValues: ['a', '1'] },
        ],
      ),
    ],
    ...[2, idLengths([1n, 1n]), idLengths([1n, 0n]), idLengths([0n, 0n]), 2, 1, group],
  );
  const bodies: readonly [number, Buffer][] = [
    [RDB_TYPE.STRING, build.string(filler)],
    [RDB_TYPE.STRING, build.lzfString(SOFT + text + SOFT)],
    [RDB_TYPE.LIST, build.join(3, some)],
    [RDB_TYPE.SET, build.join(3, some)],
    [RDB_TYPE.ZSET, build.join(2, build.string(filler), build.string('1.5'), build.string('b'), 255)],
    [
      RDB_TYPE.ZSET_2,
      build.join(2, build.string(filler), build.float64(1.5), build.string('b'), build.float64(-2)),
    ],
    [RDB_TYPE.HASH, build.join(2, some, build.string('v'))],
    [
      RDB_TYPE.MODULE_2,
      build.join(build.length(2n ** 60n + 5n), 5, build.string(filler), 2, 9, 4, 'abcdefgh', 0),
    ],
    [
      RDB_TYPE.HASH_ZIPMAP,
      build.string(
        build.zipmap([
          ['a', text],
          ['b', ''],
        ]),
      ),
    ],
    [RDB_TYPE.LIST_ZIPLIST, build.string(zip('a', text, 'c'))],
    [RDB_TYPE.SET_INTSET, build.string(build.intset(4, [1n, 2n, 3n]))],
    [RDB_TYPE.ZSET_ZIPLIST, build.string(zip(text, '1.5', 'b', '2'))],
    [RDB_TYPE.HASH_ZIPLIST, build.lzfString(zip('a', SOFT + text, 'c', SOFT))],
    [RDB_TYPE.LIST_QUICKLIST, build.join(2, build.string(zip('a', text)), build.lzfString(zip(SOFT, SOFT)))],
    [RDB_TYPE.HASH_LISTPACK, build.string(pack('a', text, 'c', 'd'))],
    [RDB_TYPE.ZSET_LISTPACK, build.string(pack(text, '1.5', 'b', 'inf'))],
    [RDB_TYPE.LIST_QUICKLIST_2, build.join(2, 2, build.string(pack('a', text)), 1, build.string(filler))],
    [RDB_TYPE.SET_LISTPACK, build.string(pack('a', text, 'c'))],
    [RDB_TYPE.STREAM_LISTPACKS_3, stream],
    [
      RDB_TYPE.HASH_METADATA,
      build.join(
        build.i64le(1_900_000_000_000n),
        2,
        1,
        build.string(filler),
        build.string('v'),
        0,
        some.subarray(0, 0),
        build.string('g'),
        build.string('w'),
      ),
    ],
    [
      RDB_TYPE.HASH_LISTPACK_EX,
      build.join(
        build.i64le(5n),
        build.string(
          build.listpack([
            build.listpackString(filler),
            build.listpackString('v'),
            build.listpackInteger(5n, 7),
          ]),
        ),
      ),
    ],
  ];
  return build.join(
    ...[
      0xfa,
      build.string('redis-ver'),
      build.string('7.4.1'),
      0xf5,
      build.string('#!lua name=lib'),
      0xfe,
      0,
      0xfb,
      21,
      1,
    ],
    ...[0xf7, build.length(2n ** 60n + 5n), 2, 1, 5, build.string('aux'), 0],
    ...bodies.flatMap(([type, body], i) => [
      ...(i % 4 === 0 ? [0xfc, build.i64le(1_900_000_000_000n)] : []),
      build.entry(type, `key ${i}`, body),
    ]),
  );
}

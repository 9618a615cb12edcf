import { RDB_TYPE, type RdbType } from '../../../electron/engine/protocol/rdb/types.ts';
import { i64le, join, length, string } from './builder.ts';
import { idLengths, node, pending, rawId, type Id } from './stream-builder.ts';

const STATE_IDS: readonly Id[] = [
  [1n, 1n],
  [70_000n, 6n],
];

/**
 * The same stream as each of its types saves it: `nodes` nodes with one entry each of `entryBytes` bytes, and a group whose
 * consumer has a pending entry that is in the stream and one that is not.
 */
export function streamBody(type: RdbType, nodes: number, entryBytes = 10): Buffer {
  const counted = type !== RDB_TYPE.STREAM_LISTPACKS;
  const active = type === RDB_TYPE.STREAM_LISTPACKS_3;
  const entries = Array.from({ length: nodes }, (_, i) =>
    node([BigInt(i + 1), 1n], ['f'], [{ difference: [0n, 0n], values: [`${i}`.padEnd(entryBytes, 'x')] }]),
  );
  const waiting: readonly Id[] = [
    [1n, 1n],
    [70_000n, 6n],
  ];
  return join(
    length(nodes),
    ...entries,
    ...[length(nodes), idLengths([80_000n, 0n])],
    ...(counted ? [...STATE_IDS.map(idLengths), length(nodes + 3)] : []),
    ...[length(2), string('group'), idLengths([70_000n, 7n]), ...(counted ? [length(2)] : [])],
    ...[length(2), ...waiting.map((id, i) => pending(id, 1_700_000_000_000n, i + 1))],
    ...[
      length(2),
      string('one'),
      i64le(11n),
      ...(active ? [i64le(12n)] : []),
      length(2),
      ...waiting.map(rawId),
    ],
    ...[string('idle'), i64le(13n), ...(active ? [i64le(-1n)] : []), 0],
    ...[string('empty'), idLengths([0n, 0n]), ...(counted ? [length(2n ** 64n - 1n)] : []), 0, 0],
  );
}

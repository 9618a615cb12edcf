import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { Length, skipString } from '../../protocol/rdb/length.ts';
import { printableKey } from '../../protocol/resp/describe-command.ts';
import { RDB_TYPE, RDB_VERSION_OF_TYPE, type RdbType } from '../../protocol/rdb/types.ts';

/** The forms of a stream, newest first. What each adds are counters; the entries are the same in all. */
const STREAM_TYPES = [
  RDB_TYPE.STREAM_LISTPACKS_3,
  RDB_TYPE.STREAM_LISTPACKS_2,
  RDB_TYPE.STREAM_LISTPACKS,
] as const;

const TIME_BYTES = 8;
const ID_BYTES = 16;

export function isStreamType(type: RdbType): boolean {
  return type === STREAM_TYPES[0] || type === STREAM_TYPES[1] || type === STREAM_TYPES[2];
}

/**
 * The newest form of a stream that a server of this RDB version reads.
 * @throws LockstepError VALUE_UNSUPPORTED, naming the key, for one that is too old for streams
 */
export function streamTypeFor(rdbVersion: number, key: Buffer): RdbType {
  const type = STREAM_TYPES.find((known) => RDB_VERSION_OF_TYPE[known] <= rdbVersion);
  if (type !== undefined) return type;
  throw new LockstepError(
    'VALUE_UNSUPPORTED',
    `key ${printableKey(key, 0, key.length)} is a stream, which the target does not know`,
  );
}

const number = new Length();

/**
 * The body in buf[from, to) of a stream of `type`, in the form of the older type `older`: without when each consumer was
 * last active (since 7.2), and without the counts of added, deleted and read entries (since 7.0). Only this carries all
 * of a consumer group: no command makes a pending entry whose message has been deleted.
 * Source: Redis rdb.c: rdbSaveObject, the branch of OBJ_STREAM.
 */
export function olderStreamBody(
  type: RdbType,
  older: RdbType,
  buf: Buffer,
  from: number,
  to: number,
): Buffer {
  const counted = type !== RDB_TYPE.STREAM_LISTPACKS;
  const dropCounts = counted && older === RDB_TYPE.STREAM_LISTPACKS;
  const dropActivity = type === RDB_TYPE.STREAM_LISTPACKS_3;
  const kept: Buffer[] = [];
  let keptTo = from;
  const drop = (first: number, end: number): void => {
    kept.push(buf.subarray(keptTo, first));
    keptTo = end;
  };
  const numbers = (pos: number, count: number): number => {
    let end = pos;
    for (let i = 0; i < count && end <= to; i++) end = number.readAny(buf, end, to);
    return end;
  };

  let pos = number.read(buf, from, to);
  for (let nodes = number.value; nodes > 0 && pos <= to; nodes--)
    pos = skipString(buf, skipString(buf, pos, to), to);
  // The length and the last id; then the first id, the largest deleted id, and how many were added.
  pos = numbers(pos, 3);
  if (counted) {
    const end = numbers(pos, 5);
    if (dropCounts) drop(pos, end);
    pos = end;
  }
  pos = numbers(pos, 1);
  for (let groups = number.value; groups > 0 && pos <= to; groups--) {
    pos = numbers(skipString(buf, pos, to), 2);
    if (counted) {
      const end = numbers(pos, 1);
      if (dropCounts) drop(pos, end);
      pos = end;
    }
    pos = numbers(pos, 1);
    for (let pending = number.value; pending > 0 && pos <= to; pending--)
      pos = numbers(pos + ID_BYTES + TIME_BYTES, 1);
    pos = numbers(pos, 1);
    for (let consumers = number.value; consumers > 0 && pos <= to; consumers--) {
      pos = skipString(buf, pos, to) + TIME_BYTES;
      if (dropActivity) {
        drop(pos, pos + TIME_BYTES);
        pos += TIME_BYTES;
      }
      pos = numbers(pos, 1);
      pos += number.value * ID_BYTES;
    }
  }
  if (pos !== to) throw new LockstepError('RDB_BROKEN', 'a stream does not end where it should');
  kept.push(buf.subarray(keptTo, to));
  return Buffer.concat(kept);
}

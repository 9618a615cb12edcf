/** Where a stream's body ends. Source: Redis rdb.c: rdbLoadObject, the branch of RDB_TYPE_STREAM_LISTPACKS. */
import { Length, skipString } from './length.ts';
import { RDB_TYPE, type RdbType } from './types.ts';

const number = new Length();

export function skipStreamValue(type: RdbType, buf: Buffer, from: number, limit: number): number {
  const second = type !== RDB_TYPE.STREAM_LISTPACKS;
  const third = type === RDB_TYPE.STREAM_LISTPACKS_3;
  let pos = number.read(buf, from, limit);
  for (let nodes = numberAt(pos, limit); nodes > 0 && pos <= limit; nodes--) {
    pos = skipString(buf, pos, limit);
    if (pos <= limit) pos = skipString(buf, pos, limit);
  }
  pos = skipNumbers(buf, pos, limit, second ? 8 : 3);
  if (pos <= limit) pos = number.read(buf, pos, limit);
  for (let groups = numberAt(pos, limit); groups > 0 && pos <= limit; groups--) {
    pos = skipGroup(second, third, buf, pos, limit);
  }
  return pos;
}

function skipGroup(second: boolean, third: boolean, buf: Buffer, from: number, limit: number): number {
  let pos = skipString(buf, from, limit);
  pos = skipNumbers(buf, pos, limit, second ? 3 : 2);
  if (pos <= limit) pos = number.read(buf, pos, limit);
  for (let pending = numberAt(pos, limit); pending > 0 && pos <= limit; pending--) {
    pos = number.readAny(buf, pos + 16 + 8, limit);
  }
  if (pos <= limit) pos = number.read(buf, pos, limit);
  for (let consumers = numberAt(pos, limit); consumers > 0 && pos <= limit; consumers--) {
    pos = skipString(buf, pos, limit) + (third ? 16 : 8);
    if (pos <= limit) pos = number.read(buf, pos, limit);
    if (pos <= limit) pos += number.value * 16;
  }
  return pos;
}

function numberAt(pos: number, limit: number): number {
  return pos <= limit ? number.value : 0;
}

function skipNumbers(buf: Buffer, from: number, limit: number, times: number): number {
  let pos = from;
  for (let i = 0; i < times && pos <= limit; i++) pos = number.readAny(buf, pos, limit);
  return pos;
}

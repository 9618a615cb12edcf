import { describe, expect, it } from 'vitest';
import { RDB_TYPE, type RdbType } from '../../../../../electron/engine/protocol/rdb/types.ts';
import {
  isStreamType,
  olderStreamBody,
  streamTypeFor,
} from '../../../../../electron/engine/writer/copy/older-stream.ts';
import { streamBody } from '../../../../support/rdb/stream-body.ts';

const [FIRST, SECOND, THIRD] = [
  RDB_TYPE.STREAM_LISTPACKS,
  RDB_TYPE.STREAM_LISTPACKS_2,
  RDB_TYPE.STREAM_LISTPACKS_3,
];

const convert = (type: RdbType, older: RdbType, body: Buffer): Buffer => {
  const around = Buffer.concat([Buffer.from('before'), body, Buffer.from('behind')]);
  return olderStreamBody(type, older, around, 6, 6 + body.length);
};

describe('a stream in the form of an older type', () => {
  it.each([
    [THIRD, SECOND],
    [THIRD, FIRST],
    [SECOND, FIRST],
  ])('%d as %d is what a server of that time would have saved', (type, older) => {
    for (const nodes of [0, 1, 300])
      expect(convert(type, older, streamBody(type, nodes)).equals(streamBody(older, nodes))).toBe(true);
  });

  it('stays as it is in its own form', () => {
    expect(convert(FIRST, FIRST, streamBody(FIRST, 3)).equals(streamBody(FIRST, 3))).toBe(true);
    expect(convert(SECOND, SECOND, streamBody(SECOND, 3)).equals(streamBody(SECOND, 3))).toBe(true);
  });

  it('is refused when it does not end where it should', () => {
    const body = streamBody(THIRD, 3);
    expect(() => convert(THIRD, FIRST, body.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'RDB_BROKEN' }),
    );
    expect(() => convert(THIRD, FIRST, Buffer.concat([body, Buffer.alloc(1)]))).toThrow(
      expect.objectContaining({ code: 'RDB_BROKEN' }),
    );
  });

  it('is the newest that the target reads', () => {
    const key = Buffer.from('orders');
    expect([9, 10, 11, 12].map((version) => streamTypeFor(version, key))).toEqual([
      FIRST,
      SECOND,
      THIRD,
      THIRD,
    ]);
    expect(() => streamTypeFor(8, key)).toThrow(
      expect.objectContaining({ code: 'VALUE_UNSUPPORTED', message: expect.stringContaining('orders') }),
    );
    expect(Object.values(RDB_TYPE).filter(isStreamType)).toEqual([FIRST, SECOND, THIRD]);
  });
});

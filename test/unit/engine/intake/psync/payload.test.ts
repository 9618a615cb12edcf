import { describe, expect, it } from 'vitest';
import {
  parsePayloadHeader,
  PayloadEnd,
  type PayloadFrame,
} from '../../../../../electron/engine/intake/psync/payload.ts';
import { randomOf } from '../../../../support/rdb/portions.ts';

const MARKER = '0123456789abcdefghijABCDEFGHIJ9876543210';

describe('parsePayloadHeader', () => {
  it('reads a length', () => {
    expect(parsePayloadHeader('$0')).toEqual({ kind: 'length', bytes: 0 });
    expect(parsePayloadHeader('$123456789012')).toEqual({ kind: 'length', bytes: 123456789012 });
  });

  it('reads an end mark', () => {
    expect(parsePayloadHeader(`$EOF:${MARKER}`)).toEqual({ kind: 'marker', marker: Buffer.from(MARKER) });
  });

  it.each([
    '$EOF:short',
    `$EOF:${MARKER}0`,
    '$',
    '$-1',
    '$1x',
    '$9223372036854775807',
    `$${'9'.repeat(400)}`,
    '+OK',
    '',
  ])('refuses "%s"', (line) => {
    expect(() => parsePayloadHeader(line)).toThrow(expect.objectContaining({ code: 'SOURCE_PROTOCOL' }));
  });

  it('takes an error for a snapshot that the source gave up, which may work the next time', () => {
    expect(() => parsePayloadHeader("-ERR BGSAVE failed, replication can't continue")).toThrow(
      expect.objectContaining({ code: 'SOURCE_LINK_LOST' }),
    );
  });
});

/** Feeds bytes in portions. @returns where the stream begins, as an index into `bytes`, or -1 */
function feed(end: PayloadEnd, bytes: Buffer, nextSize: () => number): number {
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + nextSize());
    const found = end.push(bytes, from, to);
    if (found >= 0) return found;
    from = to;
  }
  return -1;
}

describe('the end of a payload of known length', () => {
  const frame: PayloadFrame = { kind: 'length', bytes: 100 };

  it('is found whatever the portions, with what follows it', () => {
    const bytes = Buffer.alloc(250, 'x');
    for (let size = 1; size <= 250; size++) expect(feed(new PayloadEnd(frame), bytes, () => size)).toBe(100);
    expect(new PayloadEnd(frame).trailerBytes).toBe(0);
  });

  it('is not found before it has come', () => {
    expect(feed(new PayloadEnd(frame), Buffer.alloc(99), () => 7)).toBe(-1);
  });
});

describe('the end of a payload with an end mark', () => {
  const frame: PayloadFrame = { kind: 'marker', marker: Buffer.from(MARKER) };
  // What looks like the mark at first must not be taken for it.
  const payload = Buffer.from(
    `rdb ${MARKER.slice(0, 39)} ${MARKER.slice(1)} ${MARKER.slice(0, 20)}${MARKER}`,
  );

  it('is found whatever the portions', () => {
    for (let size = 1; size <= payload.length + 1; size++) {
      const end = new PayloadEnd(frame);
      expect(feed(end, payload, () => size)).toBe(payload.length);
      expect(end.trailerBytes).toBe(40);
    }
    const random = randomOf(3);
    for (let round = 0; round < 300; round++)
      expect(feed(new PayloadEnd(frame), payload, () => 1 + Math.floor(random() * 45))).toBe(payload.length);
  });

  it('is found at once when there is nothing but the mark', () => {
    expect(feed(new PayloadEnd(frame), Buffer.from(MARKER), () => 1)).toBe(40);
  });

  it('is not found before the last byte of the mark', () => {
    for (let size = 1; size < 60; size++)
      expect(feed(new PayloadEnd(frame), payload.subarray(0, -1), () => size)).toBe(-1);
  });
});

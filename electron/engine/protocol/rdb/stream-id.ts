import { uint64Text } from './decimal.ts';
import type { Length } from './length.ts';
import { u32be } from './little-endian.ts';

/** A stream id: two unsigned 64-bit numbers, each as two unsigned halves. */
export class StreamId {
  msHigh = 0;
  msLow = 0;
  sequenceHigh = 0;
  sequenceLow = 0;

  /** Sixteen bytes, big-endian, as in the keys of a stream's nodes and in lists of pending entries. */
  setBytes(buf: Buffer, at: number): void {
    this.msHigh = u32be(buf, at);
    this.msLow = u32be(buf, at + 4);
    this.sequenceHigh = u32be(buf, at + 8);
    this.sequenceLow = u32be(buf, at + 12);
  }

  /** The number that `length` holds becomes the part in front of the hyphen. */
  setMs(length: Length): void {
    this.msHigh = length.high;
    this.msLow = length.low;
  }

  /** The number that `length` holds becomes the part behind the hyphen. */
  setSequence(length: Length): void {
    this.sequenceHigh = length.high;
    this.sequenceLow = length.low;
  }

  /** `<ms>-<sequence>`, exact over all 64 bits. */
  text(): string {
    return `${uint64Text(this.msHigh, this.msLow)}-${uint64Text(this.sequenceHigh, this.sequenceLow)}`;
  }

  /** The text of this id moved by two signed 64-bit differences, given as unsigned halves. */
  textPlus(msHigh: number, msLow: number, sequenceHigh: number, sequenceLow: number): string {
    return `${sumText(this.msHigh, this.msLow, msHigh, msLow)}-${sumText(this.sequenceHigh, this.sequenceLow, sequenceHigh, sequenceLow)}`;
  }
}

function sumText(aHigh: number, aLow: number, bHigh: number, bLow: number): string {
  const low = aLow + bLow;
  const carry = low > 0xffffffff ? 1 : 0;
  return uint64Text((aHigh + bHigh + carry) >>> 0, low >>> 0);
}

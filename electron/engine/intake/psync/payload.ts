import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { positionOf } from '../../protocol/most-bytes.ts';

const MARKER_BYTES = 40;

/** How the snapshot is framed (`Redis replication.c: readSyncBulkPayload`). */
export type PayloadFrame =
  { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'marker'; readonly marker: Buffer };

/** Reads `$<length>` or `$EOF:<40 bytes>`, without the line end. */
export function parsePayloadHeader(line: string): PayloadFrame {
  if (line.startsWith('$EOF:')) {
    const marker = Buffer.from(line.slice(5), 'latin1');
    if (marker.length !== MARKER_BYTES)
      throw new LockstepError('SOURCE_PROTOCOL', 'the end mark of the snapshot is not 40 bytes');
    return { kind: 'marker', marker };
  }
  const length = /^\$(\d+)$/.exec(line);
  const bytes = length ? positionOf(length[1]!) : undefined;
  if (bytes !== undefined) return { kind: 'length', bytes };
  const text = line.slice(0, 120).replace(/[^\x20-\x7e]/g, '.');
  if (line.startsWith('-'))
    throw new LockstepError('SOURCE_LINK_LOST', `the source gave up the snapshot: "${text}"`);
  throw new LockstepError('SOURCE_PROTOCOL', `a snapshot was expected, not "${text}"`);
}

/** Finds the end of the snapshot in what arrives. */
export class PayloadEnd {
  private readonly frame: PayloadFrame;
  private readonly lastBytes = Buffer.alloc(MARKER_BYTES);
  private received = 0;

  constructor(frame: PayloadFrame) {
    this.frame = frame;
  }

  /** Bytes of the frame that follow the RDB itself. */
  get trailerBytes(): number {
    return this.frame.kind === 'marker' ? MARKER_BYTES : 0;
  }

  /**
   * Takes the next bytes; returns the index at which the stream begins, or -1 while the snapshot goes on.
   * A source that marks the end sends nothing after the mark until our first ACK, so the mark ends a read.
   */
  push(buf: Buffer, from: number, to: number): number {
    if (this.frame.kind === 'length') {
      const missing = this.frame.bytes - this.received;
      this.received += to - from;
      return to - from >= missing ? from + missing : -1;
    }
    const bytes = to - from;
    if (bytes >= MARKER_BYTES) {
      buf.copy(this.lastBytes, 0, to - MARKER_BYTES, to);
    } else {
      this.lastBytes.copyWithin(0, bytes);
      buf.copy(this.lastBytes, MARKER_BYTES - bytes, from, to);
    }
    this.received += bytes;
    return this.received >= MARKER_BYTES && this.lastBytes.equals(this.frame.marker) ? to : -1;
  }
}

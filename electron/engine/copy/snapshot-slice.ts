import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { RdbDecoder } from '../protocol/rdb/decoder.ts';
import type { SourceFeed } from '../intake/source-feed.ts';

/** Bytes decoded in one go; between two the unanswered commands are looked at. */
export const SLICE_BYTES = 512 * 1024;
/** Slices before the event loop gets a turn, so that the sockets are read. */
export const SLICES_PER_TURN = 4;

/**
 * Has the decoder take what the spool holds of a snapshot, as much as `limit` or, if that is too little for its next step, a
 * slice. @returns false when it took nothing; @throws LockstepError RDB_BROKEN
 */
export function decodeSlice(feed: SourceFeed, decoder: RdbDecoder, limit: number): boolean {
  const { cursor, snapshot } = feed;
  const { from } = cursor;
  const missing = snapshot ? snapshot.rdbEnd - cursor.readPosition : Infinity;
  // Behind a snapshot that breaks off comes the stream, which is not to be taken for more of it.
  const end = Math.min(cursor.to, from + missing);
  let to = Math.min(end, from + limit);
  if (missing <= 0) throw brokenOff(decoder.bytesConsumed);
  if (to <= from) return false;
  let at = decoder.decode(cursor.mem, from, to);
  if (at === from && to < end) {
    to = Math.min(end, from + SLICE_BYTES);
    at = decoder.decode(cursor.mem, from, to);
  }
  if (at === from && to - from === missing) throw brokenOff(decoder.bytesConsumed + missing);
  if (at === from) return false;
  cursor.consume(at);
  return true;
}

/** Once the decoder has finished and the snapshot has come whole: both must have meant the same bytes. */
export function checkEnd(feed: SourceFeed, decoder: RdbDecoder): void {
  const { cursor, snapshot } = feed;
  if (!snapshot || cursor.readPosition === snapshot.rdbEnd) return;
  throw new LockstepError(
    'RDB_BROKEN',
    `the snapshot ends at byte ${decoder.bytesConsumed}, and the source sent ${snapshot.rdbEnd}`,
  );
}

const brokenOff = (bytes: number): LockstepError =>
  new LockstepError('RDB_BROKEN', `the snapshot breaks off after ${bytes} bytes`);

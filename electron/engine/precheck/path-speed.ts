import { coded } from '../control/control-connection.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import type { ServerView } from './server-view.ts';

const PIECE_BYTES = 16 * 1024;
/** It ends with whichever comes first, so that a slow line is not filled for long. */
const MOST_PIECES_AT_ONCE = 256;
const MOST_MS = 250;

/**
 * How many bytes/s go to a server and back, by PING with a payload, which leaves nothing behind.
 * undefined where PING is not permitted.
 */
export async function measurePath(server: ServerView): Promise<number | undefined> {
  const redis = await server.open();
  const piece = Buffer.alloc(PIECE_BYTES, 'x');
  try {
    return await coded(server.side, server.endpoint, async () => {
      let speed = 0;
      let tookMs = 0;
      // Each round is twice the one before, so that the last one is hardly bounded by its round trip.
      for (let count = 1; count <= MOST_PIECES_AT_ONCE && tookMs < MOST_MS; count *= 2) {
        const beganMs = server.world.clock.monotonicMs();
        const pieces = redis.pipeline();
        for (let i = 0; i < count; i++) pieces.ping(piece);
        const replies = (await pieces.exec()) ?? [];
        if (replies.some(([error]) => error)) return undefined;
        const roundMs = server.world.clock.monotonicMs() - beganMs;
        speed = (count * PIECE_BYTES * 1000) / roundMs;
        tookMs += roundMs;
      }
      return speed;
    });
  } finally {
    redis.disconnect();
  }
}

/** `0.4 ms`; one on the same machine takes less than can be told. */
export function formatRoundTrip(ms: number): string {
  if (ms < 0.1) return 'less than 0.1 ms';
  return ms < 10 ? `${ms.toFixed(1)} ms` : formatDuration(ms);
}

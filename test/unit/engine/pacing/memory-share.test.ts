import { describe, expect, it } from 'vitest';
import { HEADROOM_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { FEWEST_CHUNKS } from '../../../../electron/engine/log/spool.ts';
import { UNIT_BOUND } from '../../../../electron/engine/protocol/rdb/bounds.ts';
import { OUTPUT_BYTES } from '../../../../electron/engine/protocol/resp/command-output.ts';
import { arenaBytes, memoryShare, WHOLE_SHARE } from '../../../../electron/engine/pacing/memory-share.ts';

const MB = 1024 * 1024;
/** What a spool writes to: room before a chunk is touched by the last bytes of the one before alone. */
const usedMb = (feeds: number): number => {
  const { spool, outputs } = memoryShare(feeds);
  return (feeds * (spool.chunks * spool.chunkBytes + outputs * OUTPUT_BYTES)) / MB;
};

describe('the memory of many feeds', () => {
  it('of one is that of a task with one server', () => {
    expect(memoryShare(1)).toBe(WHOLE_SHARE);
    expect(arenaBytes(WHOLE_SHARE) / MB).toBeLessThan(72);
  });

  it('of a few is what one run has, and of 64 leaves most of 800 MB to all else', () => {
    expect(usedMb(3)).toBeLessThan(130);
    expect(usedMb(6)).toBeLessThan(150);
    expect(usedMb(16)).toBeLessThan(200);
    expect(usedMb(64)).toBeLessThan(450);
  });

  it('is never less for fewer, and always enough to work with', () => {
    for (let feeds = 1; feeds <= 128; feeds++) {
      const [share, next] = [memoryShare(feeds), memoryShare(feeds + 1)];
      expect(arenaBytes(next)).toBeLessThanOrEqual(arenaBytes(share));
      expect(share.spool.chunks).toBeGreaterThanOrEqual(FEWEST_CHUNKS);
      // A chunk that is filled but for its last few KB shows a reader what it has to see at once.
      expect(share.spool.chunkBytes).toBeGreaterThan(Math.max(HEADROOM_BYTES, UNIT_BOUND) + 4096);
      expect(share.outputs).toBeGreaterThanOrEqual(2);
      expect(share.nodeOutputs).toBeGreaterThanOrEqual(2);
    }
  });
});

import { expect, it } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { CHUNK_BYTES, HEADROOM_BYTES, type SpoolSize } from '../../../../electron/engine/log/chunk.ts';
import { PooledMemory, RunMemory } from '../../../../electron/engine/log/log-memory.ts';

const sized = (chunks: number, chunkBytes = CHUNK_BYTES): SpoolSize => ({ chunks, chunkBytes });

it('of a run is for one log at a time', () => {
  const memory = new RunMemory(createArena(3 * (CHUNK_BYTES + HEADROOM_BYTES)), sized(2));
  const taken = memory.take();
  expect(taken.chunks).toHaveLength(2);
  expect(() => memory.take()).toThrow('two logs at once');
  taken.giveBack();
  expect(memory.take().chunks).toEqual(taken.chunks);
});

it('of a process is bounded: what it has left, and the fewest that a log works with', () => {
  const memory = new PooledMemory(6);
  const taken = [48, 48, 48, 48, 20].map((wanted) => memory.take(sized(wanted)));
  expect(taken.map(({ chunks }) => chunks.length)).toEqual([48, 48, 48, 16, 16]);
  for (const { spare } of taken) expect(spare).toHaveLength(6);
  taken[0]!.giveBack();
  expect(memory.take(sized(48)).chunks).toHaveLength(16);
  taken[1]!.giveBack();
  expect(memory.take(sized(48)).chunks).toHaveLength(48);
});

it('of a process is divided by bytes: small chunks are counted as what they hold, and none is given for another size', () => {
  const memory = new PooledMemory(0);
  const small = Array.from({ length: 20 }, () => memory.take(sized(24, CHUNK_BYTES / 4)));
  expect(small.map(({ chunks }) => chunks.length)).toEqual(Array.from({ length: 20 }, () => 24));
  // Of 144 MB, 24 are left.
  const [large, next] = [memory.take(sized(48)), memory.take(sized(48))];
  expect([large.chunks.length, next.chunks.length]).toEqual([24, 16]);
  small[0]!.giveBack();
  const again = memory.take(sized(16));
  expect(again.arena).not.toBe(small[0]!.arena);
  expect(again.chunks[1]! - again.chunks[0]!).toBe(CHUNK_BYTES + HEADROOM_BYTES);
});

it('of a log that has closed is used again by the next', () => {
  const memory = new PooledMemory(3);
  const first = memory.take(sized(20));
  first.giveBack();
  const second = memory.take(sized(16));
  expect(second.arena).toBe(first.arena);
  expect(second.chunks).toHaveLength(16);
  expect(second.chunks.filter((address) => second.spare.includes(address))).toEqual([]);
  expect(memory.take(sized(16)).arena).not.toBe(first.arena);
});

import { expect, it } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { CHUNK_BYTES, HEADROOM_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { PooledMemory, RunMemory } from '../../../../electron/engine/log/log-memory.ts';

it('of a run is for one log at a time', () => {
  const memory = new RunMemory(createArena(3 * (CHUNK_BYTES + HEADROOM_BYTES)), 2);
  const taken = memory.take();
  expect(taken.chunks).toHaveLength(2);
  expect(() => memory.take()).toThrow('two logs at once');
  taken.giveBack();
  expect(memory.take().chunks).toEqual(taken.chunks);
});

it('of a process is bounded: what it has left, and the fewest that a log works with', () => {
  const memory = new PooledMemory(6);
  const taken = [48, 48, 48, 48, 20].map((wanted) => memory.take(wanted));
  expect(taken.map(({ chunks }) => chunks.length)).toEqual([48, 48, 48, 16, 16]);
  for (const { spare } of taken) expect(spare).toHaveLength(6);
  taken[0]!.giveBack();
  expect(memory.take(48).chunks).toHaveLength(16);
  taken[1]!.giveBack();
  expect(memory.take(48).chunks).toHaveLength(48);
});

it('of a log that has closed is used again by the next', () => {
  const memory = new PooledMemory(3);
  const first = memory.take(20);
  first.giveBack();
  const second = memory.take(16);
  expect(second.arena).toBe(first.arena);
  expect(second.chunks).toHaveLength(16);
  expect(second.chunks.filter((address) => second.spare.includes(address))).toEqual([]);
  expect(memory.take(16).arena).not.toBe(first.arena);
});

import type { Redis } from 'ioredis';
import { onChange } from '../control/cluster-change.ts';
import { repliesOf } from '../control/replies-of.ts';
import type { KeptSets } from './kept-sets.ts';
import { WHOLE } from './kept-slots.ts';

/**
 * Of these keys of the present database those that are not the target's own. Where the set of a slot is not whole, as on a node that went
 * back to before it was made, nobody knows, and every key of the slot counts as one. @throws LockstepError TARGET_SLOTS_MOVED
 */
export async function withoutKept(redis: Redis, sets: KeptSets, page: readonly Buffer[]): Promise<Buffer[]> {
  const named = page.flatMap((key) => {
    const set = sets.of(key);
    return set === undefined ? [] : [{ key, set }];
  });
  if (named.length === 0) return [...page];
  const bySlot = sets.sole === undefined;
  const asked = bySlot ? [...new Set(named.map(({ set }) => set))] : [];
  const pipeline = redis.pipeline();
  for (const { key, set } of named) pipeline.sismember(set, key);
  for (const set of asked) pipeline.sismember(set, WHOLE);
  const replies = await (bySlot ? onChange(() => repliesOf(pipeline)) : repliesOf(pipeline));
  const broken = new Set(asked.filter((_, i) => replies[named.length + i] !== 1));
  const kept = new Set(
    named.filter(({ set }, i) => replies[i] === 1 || broken.has(set)).map(({ key }) => key),
  );
  return page.filter((key) => !kept.has(key));
}

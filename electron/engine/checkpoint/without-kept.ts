import type { ChainableCommander, Redis } from 'ioredis';
import { onChange } from '../control/cluster-change.ts';
import { inDatabase } from '../control/in-database.ts';
import { CHECKPOINT_DB } from './checkpoint.ts';
import type { KeptSets } from './kept-sets.ts';
import { WHOLE } from './kept-slots.ts';

/**
 * Of these keys of a database those that are not the target's own. Where the set of a slot is not whole, as on a node that went back to before
 * it was made, nobody knows, and every key of the slot counts as one. Leaves the connection in database 0.
 * @throws LockstepError TARGET_SLOTS_MOVED
 */
export async function withoutKept(
  redis: Redis,
  sets: KeptSets,
  page: readonly Buffer[],
  db: number,
): Promise<Buffer[]> {
  const named = page.flatMap((key) => {
    const set = sets.of(key);
    return set === undefined ? [] : [{ key, set }];
  });
  if (named.length === 0) return [...page];
  const bySlot = sets.sole === undefined;
  const asked = bySlot ? [...new Set(named.map(({ set }) => set))] : [];
  const ask = (pipeline: ChainableCommander): void => {
    for (const { key, set } of named) pipeline.sismember(set, key);
  };
  const askWhole = (pipeline: ChainableCommander): void => {
    for (const set of asked) pipeline.sismember(set, WHOLE);
  };
  const answered = async (): Promise<[unknown[], unknown[]]> => [
    await inDatabase(redis, db, ask),
    asked.length > 0 ? await inDatabase(redis, CHECKPOINT_DB, askWhole) : [],
  ];
  const [replies, whole] = await (bySlot ? onChange(answered) : answered());
  const broken = new Set(asked.filter((_, i) => whole[i] !== 1));
  const kept = new Set(
    named.filter(({ set }, i) => replies[i] === 1 || broken.has(set)).map(({ key }) => key),
  );
  return page.filter((key) => !kept.has(key));
}

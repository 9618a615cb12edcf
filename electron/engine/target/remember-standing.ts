import type { Redis } from 'ioredis';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { keptId } from '../checkpoint/kept-slots.ts';
import { noteKept, type KeptGround } from '../checkpoint/note-kept.ts';
import { rememberStandingKeys, type MayAdd } from '../checkpoint/ownership.ts';

export interface StandingGround {
  /** To where the checkpoint lies. */
  readonly redis: Redis;
  /** Of a target that is a cluster. */
  readonly cluster: KeptGround | undefined;
  readonly task: string;
  /** See Checkpoint.owner. */
  readonly owner: string;
  /** See rememberStandingKeys. */
  readonly mayAdd: MayAdd;
  readonly claims?: readonly string[];
}

/**
 * Remembers the names of all keys that stand on a target as its own, before anything is written.
 * @returns what the checkpoint is to say of them. @throws LockstepError TARGET_SLOTS_MOVED, TARGET_CLUSTER_DOWN
 */
export async function rememberStanding(
  { redis, cluster, task, owner, mayAdd, claims }: StandingGround,
  standing: ReadonlyMap<number, number>,
): Promise<Pick<Checkpoint, 'kept' | 'keptSlots'>> {
  if (!cluster) {
    await rememberStandingKeys(redis, task, standing, mayAdd, claims);
    return { kept: true };
  }
  const id = keptId(owner);
  const slots = await noteKept(cluster, id);
  return { kept: true, keptSlots: { id, slots } };
}

import type { Redis } from 'ioredis';
import type { Checkpoint } from './checkpoint.ts';
import { readCheckpoint } from './claim.ts';
import { findTasks, searchTasks } from './task-index.ts';
import { partOf } from './task-parts.ts';

/** A part of a task as it stands on a target. */
export interface StandingPart {
  /** What its keys on the target are called by: see partName. */
  readonly name: string;
  readonly number: number;
  readonly checkpoint: Checkpoint;
}

/**
 * All parts of a task that have a checkpoint on a target, by their numbers. Where the index names none, the database is searched for them,
 * however large it is: a part that were overlooked would vouch for slots beside another one. Leaves CHECKPOINT_DB selected.
 * @throws LockstepError TASK_MISMATCH when a checkpoint cannot be read
 */
export async function readParts(redis: Redis, task: string): Promise<StandingPart[]> {
  const known = await findParts(redis, task);
  return known.length > 0 ? known : readAll(redis, partsAmong(await searchTasks(redis), task));
}

/** The same for who only takes a look: those that the index names, or that are found where a search takes no time. */
export const findParts = async (redis: Redis, task: string): Promise<StandingPart[]> =>
  readAll(redis, partsAmong(await findTasks(redis), task));

type PartName = Pick<StandingPart, 'name' | 'number'>;

async function readAll(redis: Redis, names: readonly PartName[]): Promise<StandingPart[]> {
  const found = await Promise.all(
    names.map(async ({ name, number }) => ({ name, number, checkpoint: await readCheckpoint(redis, name) })),
  );
  return found.flatMap(({ checkpoint, ...part }) => (checkpoint ? [{ ...part, checkpoint }] : []));
}

const partsAmong = (names: readonly string[], task: string): PartName[] =>
  names
    .flatMap((name) => {
      const part = partOf(name);
      return part?.task === task ? [{ name, number: part.number }] : [];
    })
    .sort((a, b) => a.number - b.number);

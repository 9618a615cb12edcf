import type { Amounts } from '../../../shared/model/lateness.ts';
import { keySlot } from '../router/key-slot.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { findCheckpoints, type FoundCheckpoint } from './checkpoints-there.ts';
import type { LatenessOf } from './late-ttl.ts';
import type { Side } from './side.ts';

/**
 * What the checkpoints on a target say of expiry: of a task with parts that of the part which vouches for the key's slot. For a slot that
 * has left one and has not come to another it is that of the first of them by name. Where they cannot be read, every time counts as true.
 */
export async function readLateness(servers: readonly Side[]): Promise<LatenessOf> {
  return latenessOf(await findCheckpoints(servers));
}

/** The same of checkpoints that were read already. */
export function latenessOf(found: readonly FoundCheckpoint[]): LatenessOf {
  const all = lateTasksOf(found);
  return (db) => {
    const here = all.filter(({ databases }) => databases.includes(db));
    const late = here.find(({ amounts }) => amounts !== undefined)?.amounts;
    if (!late || here.every(({ slots }) => slots === undefined)) return late && (() => late);
    return (key) => {
      const slot = keySlot(key);
      const tasks = here.filter(({ slots }) => slots === undefined || slots.has(slot));
      return tasks.length > 0 ? tasks.find(({ amounts }) => amounts !== undefined)?.amounts : late;
    };
  };
}

/** What a task, or a part of one, says of the expiry of its keys. */
interface LateTask {
  readonly databases: DatabaseChoice;
  readonly slots: SlotSet | undefined;
  /** undefined where its times are exact. */
  readonly amounts: Amounts | undefined;
}

function lateTasksOf(found: readonly FoundCheckpoint[]): LateTask[] {
  const tasks = found.map(({ checkpoint }): LateTask => {
    const { slots, expiry, amounts } = checkpoint;
    const databases = DatabaseChoice.parse(checkpoint.databases);
    return { databases, slots, amounts: expiry === 'exact' ? undefined : amounts };
  });
  // One that takes every key, and whose times are exact, says nothing of those of others.
  return tasks.filter(({ slots, amounts }) => slots !== undefined || amounts !== undefined);
}

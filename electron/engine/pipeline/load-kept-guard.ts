import type { Redis } from 'ioredis';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { keptAmong } from '../checkpoint/kept-slots.ts';
import { lostKept } from '../checkpoint/note-kept.ts';
import { CommandKeys } from '../commands/command-keys.ts';
import type { CommandTable } from '../commands/command-table.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { KeptNames } from './kept-names.ts';
import { KeptGuard } from './kept-guard.ts';

export interface KeptGuardGround {
  /** To where the checkpoint lies. It selects databases. */
  readonly redis: Redis;
  /** Of a target that is a cluster. */
  readonly nodes: SlotNodes | undefined;
  readonly task: string;
  readonly checkpoint: Pick<Checkpoint, 'kept' | 'keptSlots'>;
  /** Those that a part brings; undefined for all. */
  readonly slots: SlotSet | undefined;
  readonly databases: DatabaseChoice;
  readonly table: CommandTable;
}

/** The guard of the names that are still the target's own; undefined when none are left. `lost`: nobody knows them any more. */
export async function loadKeptGuard({
  redis,
  nodes,
  task,
  checkpoint,
  slots,
  databases,
  table,
}: KeptGuardGround): Promise<KeptGuard | undefined | 'lost'> {
  const sets = keptSets(task, checkpoint);
  if (!sets) return undefined;
  const keptSlots = checkpoint.keptSlots && keptAmong(checkpoint.keptSlots, slots);
  if (nodes && keptSlots && (await lostKept(nodes, task, keptSlots)).size > 0) return 'lost';
  const names =
    nodes && keptSlots
      ? await KeptNames.loadSlots(nodes, task, keptSlots)
      : await KeptNames.load(redis, task, databases, slots);
  return names && new KeptGuard(sets, names, new CommandKeys(table, databases), databases);
}

/** What the writer's operations share. Each operation writes one unit: commands that are valid whatever came before. */
import type { CommandBuffer } from '../command-buffer.ts';
import type { Random } from '../random.ts';
import type { ServerAbilities } from '../server-abilities.ts';

export interface Workload {
  readonly out: CommandBuffer;
  readonly random: Random;
  readonly abilities: ServerAbilities;
  /** Begins every key, so that two writers with different seeds never meet. */
  readonly prefix: string;
  /** All databases of the writer, and the one that is selected now. */
  readonly databases: readonly number[];
  db: number;
  /** Unix ms, taken once per batch. */
  nowMs: number;
}

export interface Operation {
  readonly weight: number;
  readonly needs?: keyof ServerAbilities;
  readonly write: (workload: Workload) => void;
}

/** One of `count` keys of a kind. */
export function key(workload: Workload, kind: string, count: number): string {
  return `${workload.prefix}${kind}:${workload.random.below(count)}`;
}

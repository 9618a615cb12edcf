import type { Redis } from 'ioredis';
import { CommandKeys } from '../commands/command-keys.ts';
import type { CommandTable } from '../commands/command-table.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { KeptNames } from './kept-names.ts';
import { KeptGuard } from './kept-guard.ts';

/** The guard of the names that are still the target's own; undefined when none are left. */
export async function loadKeptGuard(
  redis: Redis,
  task: string,
  databases: DatabaseChoice,
  table: CommandTable,
): Promise<KeptGuard | undefined> {
  const names = await KeptNames.load(redis, task, databases);
  return names && new KeptGuard(task, names, new CommandKeys(table), databases);
}

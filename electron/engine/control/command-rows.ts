import type { Redis } from 'ioredis';
import type { CommandRow } from '../commands/command-keys.ts';

/** The server's own table (`COMMAND`); empty where it does not tell. */
export async function readCommandRows(redis: Redis): Promise<CommandRow[]> {
  const table = await redis.call('COMMAND').catch((error: unknown) => {
    if (redis.status !== 'ready') throw error;
    return [];
  });
  const rows: CommandRow[] = [];
  for (const row of Array.isArray(table) ? (table as unknown[]) : []) {
    if (!Array.isArray(row)) continue;
    const [name, , flags, first, last, step] = row as unknown[];
    if (typeof name !== 'string' || !Array.isArray(flags)) continue;
    rows.push({
      name,
      first: Number(first),
      last: Number(last),
      step: Number(step),
      movable: flags.includes('movablekeys'),
    });
  }
  return rows;
}

import type { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { TargetCommand } from '../commands/command-table.ts';
import { coded } from './control-connection.ts';

/** The commands that the target's own table (`COMMAND`) marks as writes; none where the target does not tell. */
export async function readTargetWrites(endpoint: Endpoint, redis: Redis): Promise<TargetCommand[]> {
  const table = await coded('target', endpoint, () => redis.call('COMMAND')).catch(() => []);
  const writes: TargetCommand[] = [];
  for (const row of Array.isArray(table) ? table : []) {
    if (!Array.isArray(row)) continue;
    const [name, , flags, firstKey] = row as unknown[];
    if (typeof name !== 'string' || !Array.isArray(flags)) continue;
    if (flags.includes('write')) writes.push({ name, firstKey: Number(firstKey) });
  }
  return writes;
}

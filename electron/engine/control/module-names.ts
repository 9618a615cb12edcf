import type { Redis } from 'ioredis';
import { ifRefused } from './reply-error.ts';

export interface LoadedModule {
  readonly name: string;
  /** As its author counts, such as 20811 for 2.8.11. */
  readonly version: number;
}

/** The loaded modules; none where MODULE LIST is not permitted or, before 4.0, not known. */
export async function readModules(redis: Redis): Promise<LoadedModule[]> {
  const list: unknown = await redis.call('MODULE', 'LIST').catch(ifRefused([]));
  if (!Array.isArray(list)) return [];
  return list.flatMap((row: unknown) => {
    if (!Array.isArray(row)) return [];
    const name = row.indexOf('name');
    const version = row.indexOf('ver');
    return name < 0 ? [] : [{ name: String(row[name + 1]), version: Number(row[version + 1]) || 0 }];
  });
}

/** The names of the loaded modules. */
export async function moduleNames(redis: Redis): Promise<string[]> {
  return (await readModules(redis)).map(({ name }) => name);
}

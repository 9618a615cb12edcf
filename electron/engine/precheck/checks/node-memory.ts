import { readInfo } from '../../control/info.ts';
import type { ServerView } from '../server-view.ts';

/** What a primary of a cluster says of its memory. */
export interface NodeMemory {
  /** 0 is without limit. */
  readonly maxBytes: number;
  readonly usedBytes: number;
  readonly policy: string;
}

/** Of every primary, of which each has a part of the keys; undefined for a server by itself. @throws LockstepError */
export async function memoryOfNodes(server: ServerView): Promise<readonly NodeMemory[] | undefined> {
  if (!(await server.identity()).cluster) return undefined;
  return server.onEach(async (redis) => {
    const info = await readInfo(redis, 'memory');
    return {
      maxBytes: Number(info.get('maxmemory') ?? 0),
      usedBytes: Number(info.get('used_memory') ?? 0),
      policy: info.get('maxmemory_policy') ?? 'noeviction',
    };
  });
}

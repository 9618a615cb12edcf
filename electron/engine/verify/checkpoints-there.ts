import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Side } from './side.ts';

export interface FoundCheckpoint {
  readonly key: Buffer;
  readonly checkpoint: Checkpoint;
}

/**
 * What tasks say on these servers of a target of where they stand, on each in the order of their keys' names; the tool's database is selected
 * afterwards. One that cannot be understood is left out. @throws LockstepError as `Side.call` does
 */
export async function findCheckpoints(servers: readonly Side[]): Promise<FoundCheckpoint[]> {
  return (await Promise.all(servers.map(checkpointsOn))).flat();
}

async function checkpointsOn(server: Side): Promise<FoundCheckpoint[]> {
  const found: FoundCheckpoint[] = [];
  await server.select(CHECKPOINT_DB);
  for (const key of await checkpointKeys(server)) {
    const checkpoint = await readCheckpoint(server, key);
    if (checkpoint) found.push({ key, checkpoint });
  }
  return found;
}

/** undefined where there is none that can be understood. @throws LockstepError as `Side.call` does */
export async function readCheckpoint(server: Side, key: Buffer): Promise<Checkpoint | undefined> {
  try {
    const flat = ((await server.hashIn(CHECKPOINT_DB, key)) as Buffer[]).map(String);
    const hash = Object.fromEntries(flat.flatMap((word, i) => (i % 2 ? [] : [[word, flat[i + 1]!]])));
    return parseCheckpoint(hash);
  } catch (error) {
    if (error instanceof LockstepError && error.code !== 'TASK_MISMATCH') throw error;
    return undefined;
  }
}

async function checkpointKeys(server: Side): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  let cursor = '0';
  do {
    const page = await server.call('SCAN', cursor, 'MATCH', checkpointKey('*'), 'COUNT', 10_000);
    if (!Array.isArray(page)) break;
    cursor = String(page[0]);
    found.push(...(page[1] as Buffer[]));
  } while (cursor !== '0');
  // A server lists its keys in an order of its own, another one each time that it was started.
  return found.toSorted(Buffer.compare);
}

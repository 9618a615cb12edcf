import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { ownNames } from './own-names.ts';
import type { Side } from './side.ts';

export interface FoundCheckpoint {
  readonly key: Buffer;
  readonly checkpoint: Checkpoint;
}

/**
 * What tasks say on these servers of a target of where they stand, on each in the order of their keys' names; the tool's database is selected
 * afterwards. One that cannot be understood is left out. @throws LockstepError as `Side.call` does
 */
export async function findCheckpoints(
  servers: readonly Side[],
  onPassed: (names: number) => void = () => undefined,
): Promise<FoundCheckpoint[]> {
  return (await Promise.all(servers.map((server) => checkpointsOn(server, onPassed)))).flat();
}

async function checkpointsOn(server: Side, onPassed: (names: number) => void): Promise<FoundCheckpoint[]> {
  const found: FoundCheckpoint[] = [];
  await server.select(CHECKPOINT_DB);
  for (const key of await checkpointKeys(server, onPassed)) {
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

async function checkpointKeys(server: Side, onPassed: (names: number) => void): Promise<readonly Buffer[]> {
  const found = await ownNames(server, checkpointKey('*'), onPassed);
  // A server lists its keys in an order of its own, another one each time that it was started.
  return found.toSorted(Buffer.compare);
}

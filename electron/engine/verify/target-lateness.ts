import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Amounts } from '../../../shared/model/lateness.ts';
import { CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import type { LatenessOf } from './late-ttl.ts';
import type { Side } from './side.ts';

/** What the checkpoints on a target say of expiry. Where they cannot be read, every time counts as true. */
export async function readLateness(servers: readonly Side[]): Promise<LatenessOf> {
  const late = (await Promise.all(servers.map((server) => latenessOn(server)))).flat();
  return (db) => late.find(({ databases }) => databases.includes(db))?.amounts;
}

interface Late {
  readonly databases: DatabaseChoice;
  readonly amounts: Amounts;
}

async function latenessOn(server: Side): Promise<Late[]> {
  const late: Late[] = [];
  await server.select(CHECKPOINT_DB);
  for (const key of await checkpointKeys(server)) {
    const checkpoint = await readOne(server, key);
    if (!checkpoint || checkpoint.expiry === 'exact') continue;
    const { amounts } = checkpoint;
    late.push({ databases: DatabaseChoice.parse(checkpoint.databases), amounts });
  }
  return late;
}

async function checkpointKeys(target: Side): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  let cursor = '0';
  do {
    const page = await target.call('SCAN', cursor, 'MATCH', checkpointKey('*'), 'COUNT', 10_000);
    if (!Array.isArray(page)) break;
    cursor = String(page[0]);
    found.push(...(page[1] as Buffer[]));
  } while (cursor !== '0');
  return found;
}

async function readOne(target: Side, key: Buffer): Promise<Checkpoint | undefined> {
  try {
    const flat = ((await target.call('HGETALL', key)) as Buffer[]).map(String);
    const hash = Object.fromEntries(flat.flatMap((word, i) => (i % 2 ? [] : [[word, flat[i + 1]!]])));
    return parseCheckpoint(hash);
  } catch (error) {
    if (error instanceof LockstepError && error.code !== 'TASK_MISMATCH') throw error;
    return undefined;
  }
}

import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Amounts } from '../../../shared/model/lateness.ts';
import { CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { keySlot } from '../router/key-slot.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import type { LatenessOf } from './late-ttl.ts';
import type { Side } from './side.ts';

/**
 * What the checkpoints on a target say of expiry: of a task with parts that of the part which vouches for the key's slot. For a slot that
 * has left one and has not come to another it is that of the first of them by name. Where they cannot be read, every time counts as true.
 */
export async function readLateness(servers: readonly Side[]): Promise<LatenessOf> {
  const all = (await Promise.all(servers.map((server) => lateTasksOn(server)))).flat();
  return (db) => {
    const here = all.filter(({ databases }) => databases.includes(db));
    const late = here.find(({ amounts }) => amounts !== undefined)?.amounts;
    if (!late || here.every(({ slots }) => slots === undefined)) return late && (() => late);
    return (key) => {
      const slot = keySlot(key);
      const tasks = here.filter(({ slots }) => slots === undefined || slots.has(slot));
      return tasks.length > 0 ? tasks.find(({ amounts }) => amounts !== undefined)?.amounts : late;
    };
  };
}

/** What a task, or a part of one, says of the expiry of its keys. */
interface LateTask {
  readonly databases: DatabaseChoice;
  readonly slots: SlotSet | undefined;
  /** undefined where its times are exact. */
  readonly amounts: Amounts | undefined;
}

async function lateTasksOn(server: Side): Promise<LateTask[]> {
  const tasks: LateTask[] = [];
  await server.select(CHECKPOINT_DB);
  for (const key of await checkpointKeys(server)) {
    const checkpoint = await readOne(server, key);
    if (!checkpoint) continue;
    const { slots, expiry, amounts } = checkpoint;
    const databases = DatabaseChoice.parse(checkpoint.databases);
    tasks.push({ databases, slots, amounts: expiry === 'exact' ? undefined : amounts });
  }
  // One that takes every key, and whose times are exact, says nothing of those of others.
  return tasks.filter(({ slots, amounts }) => slots !== undefined || amounts !== undefined);
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
  // A server lists its keys in an order of its own, another one each time that it was started.
  return found.toSorted(Buffer.compare);
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

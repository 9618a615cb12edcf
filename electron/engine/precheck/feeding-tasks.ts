import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { TASKS_KEY } from '../checkpoint/task-index.ts';
import { connectionName } from '../writer/end-connection.ts';
import { askOn, type ServerView } from './server-view.ts';

/** CLIENT LIST is asked of servers in production: past these bounds something may be missed. */
const MOST_CLIENTS = 5_000;
const MOST_TASKS = 50;

const CONNECTION_PREFIX = connectionName('');

/** A task whose target a server is, or was. */
export interface FeedingTask {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** A connection of it is open. */
  readonly connected: boolean;
}

/** Finds the tasks that write to a server: those connected now by their connections, others by their checkpoints. */
export async function findFeedingTasks(server: ServerView): Promise<FeedingTask[]> {
  return server.inDatabases(async (redis) => {
    await redis.select(CHECKPOINT_DB);
    const clients = Number((await server.info()).get('connected_clients') ?? 0);
    const connected = clients <= MOST_CLIENTS ? await connectedTasks(redis) : new Set<string>();
    const names = new Set([...connected, ...(await storedTasks(redis))]);
    const tasks: FeedingTask[] = [];
    for (const name of [...names].slice(0, MOST_TASKS)) {
      const checkpoint = await readCheckpoint(redis, name);
      if (checkpoint) tasks.push({ name, checkpoint, connected: connected.has(name) });
    }
    return tasks;
  });
}

async function connectedTasks(redis: Redis): Promise<Set<string>> {
  const list = await askOn(redis, 'CLIENT', 'LIST');
  const names = String(list ?? '').matchAll(/ name=(\S+) /g);
  return new Set(
    [...names]
      .map(([, name]) => name!)
      .filter((name) => name.startsWith(CONNECTION_PREFIX))
      .map((name) => name.slice(CONNECTION_PREFIX.length)),
  );
}

/** Those in the index that each target keeps of its tasks; none where the user may not read it. */
async function storedTasks(redis: Redis): Promise<string[]> {
  const names = await askOn(redis, 'HKEYS', TASKS_KEY);
  return Array.isArray(names) ? names.map(String) : [];
}

/** undefined where there is none, or none that can be read. */
async function readCheckpoint(redis: Redis, task: string): Promise<Checkpoint | undefined> {
  try {
    return parseCheckpoint(await redis.hgetall(checkpointKey(task)));
  } catch (error) {
    if (error instanceof LockstepError || redis.status === 'ready') return undefined;
    throw error;
  }
}

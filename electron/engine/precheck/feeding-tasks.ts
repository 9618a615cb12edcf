import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, describesEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import {
  CHECKPOINT_DB,
  checkpointKey,
  isBareClaim,
  parseCheckpoint,
  type Checkpoint,
} from '../checkpoint/checkpoint.ts';
import { TASKS_KEY } from '../checkpoint/task-index.ts';
import { idsOf, parseEntry } from '../checkpoint/task-origins.ts';
import { readInfo } from '../control/info.ts';
import type { Pair } from '../control/relation.ts';
import type { ServerIdentity } from '../control/server-facts.ts';
import { connectionName } from '../writer/end-connection.ts';
import { askOn } from './server-view.ts';
import { isReplyError } from '../control/reply-error.ts';

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
  /** See TaskEntry. */
  readonly origins: readonly string[];
}

/**
 * Finds the tasks that write to a server: those connected now by their connections, others by their checkpoints. Leaves
 * database 0 selected. What its user may not ask is not seen.
 */
export async function findFeedingTasks(redis: Redis): Promise<FeedingTask[]> {
  await askOn(redis, 'SELECT', String(CHECKPOINT_DB));
  const clients = Number((await readInfo(redis, 'clients')).get('connected_clients') ?? 0);
  const connected = clients <= MOST_CLIENTS ? await connectedTasks(redis) : new Set<string>();
  const index = (await readIndex(redis)) ?? new Map<string, readonly string[]>();
  const names = new Set([...connected, ...index.keys()]);
  const tasks: FeedingTask[] = [];
  for (const name of [...names].slice(0, MOST_TASKS)) {
    const checkpoint = await readCheckpoint(redis, name);
    const origins = index.get(name) ?? [];
    if (checkpoint) tasks.push({ name, checkpoint, connected: connected.has(name), origins });
  }
  return tasks;
}

/**
 * Where the data of the tasks come from that write to a server, or were cut off while they did, by the tasks' names: those of the
 * index, without looking for others. The connection is in CHECKPOINT_DB then. @returns undefined where its user may not look
 */
export async function readFeedingOrigins(
  redis: Redis,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  await askOn(redis, 'SELECT', String(CHECKPOINT_DB));
  const index = await readIndex(redis);
  if (!index) return undefined;
  const feeding = new Map<string, readonly string[]>();
  for (const [name, origins] of index)
    if ((await askOn(redis, 'HGET', checkpointKey(name), 'active')) === '1') feeding.set(name, origins);
  return feeding;
}

/** What the task brings comes from this server by way of others. */
export const isFedThrough = ({ origins }: Pick<FeedingTask, 'origins'>, server: ServerIdentity): boolean =>
  idsOf(server).some((id) => origins.includes(id));

/** The task copies, or has copied, from this server to the one that it was found on. */
export function isFedFrom({ checkpoint }: FeedingTask, server: ServerIdentity, at: Endpoint): boolean {
  if (describesEndpoint(checkpoint.source, at)) return true;
  if (isBareClaim(checkpoint)) return false;
  return checkpoint.replid === server.replid || checkpoint.replid === server.earlierReplid;
}

/**
 * Refuses a task whose target is the source of another one that writes to its source: every change would go round for ever.
 * One that was handed over is over, so a move can be gone back on.
 * @throws LockstepError SOURCE_IS_TARGET
 */
export async function refuseLoop(
  sourceRedis: Redis,
  target: ServerIdentity,
  at: Pair<Endpoint>,
): Promise<void> {
  const feeding = await findFeedingTasks(sourceRedis);
  const active = feeding.filter(({ checkpoint }) => checkpoint.active);
  const loop = active.find((task) => isFedFrom(task, target, at.target));
  const ring = active.find((task) => isFedThrough(task, target));
  if (loop) throw loopError(loop.name, loop.connected, '', at);
  if (ring) throw loopError(ring.name, ring.connected, ', by way of other tasks', at);
}

export function loopError(task: string, writes: boolean, way: string, at: Pair<Endpoint>): LockstepError {
  const state = writes ? 'writes' : 'was not ended in order, and would write';
  return new LockstepError(
    'SOURCE_IS_TARGET',
    `a loop: the task ${task} ${state} from the target ${describeEndpoint(at.target)}${way} to the source ${describeEndpoint(at.source)}`,
  );
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

/** The index that each target keeps of its tasks, with their origins; undefined where the user may not read it. */
async function readIndex(redis: Redis): Promise<Map<string, readonly string[]> | undefined> {
  const names = await askOn(redis, 'HKEYS', TASKS_KEY);
  if (!Array.isArray(names)) return undefined;
  if (names.length === 0) return new Map();
  const first = names.map(String).slice(0, MOST_TASKS);
  const entries = await askOn(redis, 'HMGET', TASKS_KEY, ...first);
  const texts = Array.isArray(entries) ? entries : [];
  return new Map(first.map((name, i) => [name, parseEntry(String(texts[i] ?? '')).origins]));
}

/** undefined where there is none, or none that can be read. */
async function readCheckpoint(redis: Redis, task: string): Promise<Checkpoint | undefined> {
  try {
    return parseCheckpoint(await redis.hgetall(checkpointKey(task)));
  } catch (error) {
    if (error instanceof LockstepError || isReplyError(error)) return undefined;
    throw error;
  }
}

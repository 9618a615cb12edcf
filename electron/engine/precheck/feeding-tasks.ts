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
import { taskOf } from '../checkpoint/task-parts.ts';
import { TASKS_KEY } from '../checkpoint/task-index.ts';
import { idsOf, parseEntry } from '../checkpoint/task-origins.ts';
import { readInfo } from '../control/info.ts';
import { tellsOfChange } from '../control/cluster-change.ts';
import type { KnownServer, Pair } from '../control/relation.ts';
import type { ServerIdentity } from '../control/server-facts.ts';
import { nameBehind } from '../writer/end-connection.ts';
import { askOn } from './server-view.ts';
import { ifRefused, isReplyError } from '../control/reply-error.ts';

/** CLIENT LIST is asked of servers in production: past these bounds something may be missed. */
const MOST_CLIENTS = 5_000;
/** A part of a task counts as one, so this is about fifty tasks of large clusters. */
const MOST_TASKS = 1_000;

/** A task whose target a server is, or was; of one with parts each of them is one. */
export interface FeedingTask {
  /** As its user calls it. */
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** A connection of it is open. */
  readonly connected: boolean;
  /** See TaskEntry. */
  readonly origins: readonly string[];
}

/**
 * Finds the tasks that write to a server: those connected now by their connections, others by their checkpoints. Of a cluster `redis`
 * leads to the node that has what belongs to tasks. Leaves database 0 selected. What its user may not ask is not seen.
 */
export async function findFeedingTasks(redis: Redis): Promise<FeedingTask[]> {
  await askOn(redis, 'SELECT', String(CHECKPOINT_DB));
  const clients = Number((await readInfo(redis, 'clients')).get('connected_clients') ?? 0);
  const connected = clients <= MOST_CLIENTS ? await connectedTasks(redis) : new Set<string>();
  const index = (await readIndex(redis)) ?? new Map<string, readonly string[]>();
  const names = [...new Set([...connected, ...index.keys()])].slice(0, MOST_TASKS);
  const found = await Promise.all(
    names.map(async (name) => ({ name, checkpoint: await readCheckpoint(redis, name) })),
  );
  return found.flatMap(({ name, checkpoint }) => {
    const origins = index.get(name) ?? [];
    return checkpoint ? [{ name: taskOf(name), checkpoint, connected: connected.has(name), origins }] : [];
  });
}

/** Where the data of a task come from that writes to a server; each part of one has its own. */
export interface FeedingOrigins {
  /** As its user calls it. */
  readonly task: string;
  readonly origins: readonly string[];
}

/**
 * Where the data of the tasks come from that write to a server, or were cut off while they did: those of the index, without looking for
 * others. Of a cluster `redis` leads to the node that has the index. It is in CHECKPOINT_DB then.
 * @returns undefined where its user may not look; @throws LockstepError SOURCE_SLOTS_MOVED where another node has the index by now
 */
export async function readFeedingOrigins(redis: Redis): Promise<readonly FeedingOrigins[] | undefined> {
  await askOn(redis, 'SELECT', String(CHECKPOINT_DB));
  const index = await readIndex(redis);
  if (!index) return undefined;
  const found = await Promise.all(
    [...index].map(async ([name, origins]) => ({
      ...{ task: taskOf(name), origins },
      active: (await askOn(redis, 'HGET', checkpointKey(name), 'active')) === '1',
    })),
  );
  return found.filter(({ active }) => active);
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
 * One that was handed over is over, so a move can be gone back on. `sourceRedis`: see findFeedingTasks; `targets`: all servers of the target.
 * @throws LockstepError SOURCE_IS_TARGET
 */
export async function refuseLoop(
  sourceRedis: Redis,
  targets: readonly KnownServer[],
  at: Pair<Endpoint>,
): Promise<void> {
  const feeding = await findFeedingTasks(sourceRedis);
  const active = feeding.filter(({ checkpoint }) => checkpoint.active);
  const loop = active.find((task) => targets.some((target) => isFedFrom(task, target.identity, target.at)));
  const ring = active.find((task) => targets.some(({ identity }) => isFedThrough(task, identity)));
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
  const names = [...String(list ?? '').matchAll(/ name=(\S+) /g)].map(([, name]) => nameBehind(name!));
  return new Set(names.filter((name) => name !== undefined));
}

/** The index that each target keeps of its tasks, with their origins; undefined where the user may not read it. */
async function readIndex(redis: Redis): Promise<Map<string, readonly string[]> | undefined> {
  const names: unknown = await redis.hkeys(TASKS_KEY).catch((error: unknown) => {
    if (isReplyError(error) && tellsOfChange(error.message))
      throw new LockstepError('SOURCE_SLOTS_MOVED', error.message, { cause: error });
    return ifRefused(undefined)(error);
  });
  // What poses as a server may answer anything.
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

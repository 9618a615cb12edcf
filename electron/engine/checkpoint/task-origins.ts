import type { Redis } from 'ioredis';
import type { ServerIdentity } from '../control/server-facts.ts';
import { noteWith } from '../control/write-mark.ts';
import { CHECKPOINT_DB, checkpointKey } from './checkpoint.ts';
import { TASKS_KEY } from './task-index.ts';

/** Of more servers than this before a target nobody keeps account: those that are farthest away are left out. */
const MOST_SERVERS = 32;
/** Each is known by the id of its process and by that of its history. */
const MOST_ORIGINS = 2 * MOST_SERVERS;
const ID = /^[0-9a-f]{40}$/;
const MOST_ATTEMPTS = 5;
/** That of the index, and that of the note. */
const OWN_WRITES = 2;

/** What the index of tasks has of one of them. */
export interface TaskEntry {
  /** Of the last claim. */
  readonly owner: string;
  /** The ids of all servers whose data the task brings, directly or by way of other tasks, nearest first. */
  readonly origins: readonly string[];
}

export const formatEntry = ({ owner, origins }: TaskEntry): string => [owner, ...origins].join(' ');

/** What is no id, or too many of them, is not taken from a server. */
export function parseEntry(text: string): TaskEntry {
  const [owner = '', ...ids] = text.split(' ', MOST_ORIGINS + 1);
  return { owner, origins: ids.filter((id) => ID.test(id)) };
}

/**
 * By what a server is known to tasks behind it. Not by the history that it had before a failover: a server that was taken out of
 * a replication has that of another one.
 */
export const idsOf = ({ runId, replid }: Pick<ServerIdentity, 'runId' | 'replid'>): string[] =>
  [replid, runId].filter((id) => ID.test(id));

/** The source itself, then what it is fed with, the nearest of each that feeds it first. */
export function originsOf(source: readonly string[], feeding: readonly (readonly string[])[]): string[] {
  const origins = new Set(source);
  const furthest = Math.max(0, ...feeding.map(({ length }) => length));
  for (let at = 0; at < furthest && origins.size < MOST_ORIGINS; at++)
    for (const one of feeding) if (at < one.length) origins.add(one[at]!);
  return [...origins].slice(0, MOST_ORIGINS);
}

/**
 * Notes in the index of a target where a task's data come from, unless another run has claimed it. On a target that was handed over,
 * and that the run has not written to yet, that is none of what others wrote (see Checkpoint.handedOver). The connection is the
 * caller's own.
 */
export async function noteOrigins(
  redis: Redis,
  task: string,
  owner: string,
  origins: readonly string[],
): Promise<void> {
  await redis.select(CHECKPOINT_DB);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await redis.watch(TASKS_KEY, checkpointKey(task));
    const present = await redis.hget(TASKS_KEY, task);
    if (present === null || parseEntry(present).owner !== owner) return void (await redis.unwatch());
    const handedOver = await redis.hget(checkpointKey(task), 'handedOver');
    const noting = redis.multi().hset(TASKS_KEY, task, formatEntry({ owner, origins }));
    if (handedOver) noting.hset(checkpointKey(task), 'handedOver', noteWith(handedOver, OWN_WRITES));
    if (await noting.exec()) return;
  }
}

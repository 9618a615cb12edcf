import type { Redis } from 'ioredis';
import { sleep, type Clock } from '../world/clock.ts';
import { partName, partOf } from '../checkpoint/task-parts.ts';
import { isReplyError } from '../control/reply-error.ts';

const WAIT_MS = 2000;

/**
 * What every connection of a task, or of a part of one, to its target is called there. Whole, since it is what tells two tasks apart; a
 * name may have no space.
 */
export function connectionName(task: string): string {
  const part = partOf(task);
  return part ? `lockstep-part:${part.number}:${part.task}` : `lockstep:${task}`;
}

/** The name of the task, or of the part of one, whose connection is called this; undefined for what is none. */
export function nameBehind(connection: string): string | undefined {
  const [, number, task] = /^lockstep(?:-part:([1-9]\d*))?:(.+)$/.exec(connection) ?? [];
  return number === undefined || task === undefined ? task : partName({ task, number: Number(number) });
}

/**
 * Makes sure that a connection of ours is gone from the target, so that nothing it still holds is run later. Where CLIENT KILL
 * is not permitted, the target gets the time to notice by itself.
 */
export async function endConnection(clock: Clock, redis: Redis, clientId: string): Promise<void> {
  try {
    await redis.call('CLIENT', 'KILL', 'ID', clientId);
  } catch {
    await sleep(clock, WAIT_MS);
  }
}

/**
 * Ends every connection of this task to the servers of a target but `servers` themselves: those of another run, too, which may be in
 * the middle of a full copy and would not notice until its end that the task has a new owner.
 * Where that is not permitted, the target gets the time to notice by itself what has gone away.
 */
export async function endTaskConnections(
  clock: Clock,
  servers: readonly Redis[],
  task: string,
): Promise<void> {
  await Promise.all(servers.map((redis) => endOn(clock, redis, task)));
}

async function endOn(clock: Clock, redis: Redis, task: string): Promise<void> {
  try {
    const name = ` name=${connectionName(task)} `;
    const list = String(await redis.call('CLIENT', 'LIST'));
    for (const line of list.split('\n')) {
      const id = line.includes(name) ? /^id=(\d+) /.exec(line)?.[1] : undefined;
      // The calling connection is left out by default.
      if (id !== undefined) await redis.call('CLIENT', 'KILL', 'ID', id);
    }
  } catch (error) {
    if (!isReplyError(error)) throw error;
    await sleep(clock, WAIT_MS);
  }
}

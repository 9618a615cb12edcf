import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { Released } from '../../../shared/model/released.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, missing, readCheckpoint, stillOurs } from '../checkpoint/claim.ts';
import { findTasks } from '../checkpoint/task-index.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import { handOver } from './hand-over.ts';
import { noteOwnClaim, writesSinceHandOver, type TargetServers } from './handed-over.ts';
import { insist } from './insist.ts';
import { onTarget } from './on-target.ts';
import type { TaskEvents } from './task-events.ts';
import type { World } from '../world/world.ts';

/** What the nodes of a cluster list this under, before the task is known. */
const NAME = 'lockstep:release';

/**
 * Hands a target over when nothing else can any more: takes the task from whoever runs it and makes every expiry exact. What
 * keeps the target from being looked at is thrown at once; what breaks it off after that is tried again for a minute. Safe to
 * be cut short and repeated.
 * @throws LockstepError USAGE when the target has no such task, or several and none was named; TARGET_TAKEN_OVER when another
 * run has taken it meanwhile; EXPIRY_STILL_LATE; what opening a target may throw
 */
export async function releaseTask(
  world: World,
  target: Endpoint,
  name: string | undefined,
  events: Pick<TaskEvents, 'warning'>,
): Promise<Released> {
  const task = await onTarget(world, target, NAME, ({ redis }) => taskThere(redis, name));
  const owner = randomUUID();
  let claimed: Checkpoint | undefined;
  const keys = await insist(world.clock, target, events, () =>
    onTarget(world, target, NAME, async ({ redis, servers, guarding, facts }) => {
      const checkpoint = claimed
        ? stillOurs(await readCheckpoint(redis, task), claimed)
        : await claim(servers, task, owner);
      claimed = checkpoint;
      await endTaskConnections(world.clock, servers, task);
      return handOver({
        clock: world.clock,
        redis,
        others: servers.slice(1),
        guarding: guarding(task),
        task,
        checkpoint,
        databases: DatabaseChoice.parse(checkpoint.databases),
        scripts: facts.abilities.scripts,
      });
    }),
  );
  return { task, state: claimed!.state, keys };
}

async function taskThere(redis: Redis, name: string | undefined): Promise<string> {
  const task = name ?? theOnlyTask(await findTasks(redis));
  if (!(await readCheckpoint(redis, task)))
    throw new LockstepError('USAGE', `the target has no task ${task}`);
  return task;
}

function theOnlyTask(tasks: readonly string[]): string {
  if (tasks.length === 1) return tasks[0]!;
  if (tasks.length === 0) throw new LockstepError('USAGE', 'the target has no task');
  throw new LockstepError('USAGE', `name one with --task: the target has ${tasks.join(', ')}`);
}

/** Also beside another task: this one only ends. */
async function claim(servers: TargetServers, task: string, owner: string): Promise<Checkpoint> {
  const [redis] = servers;
  const present = await readCheckpoint(redis, task);
  if (!present) throw missing();
  const writes = await writesSinceHandOver(servers, present);
  const claimed = await claimCheckpoint(
    redis,
    task,
    owner,
    (now) => {
      if (!now) throw missing();
      return now;
    },
    'allow',
  );
  return noteOwnClaim(servers, task, claimed, writes);
}

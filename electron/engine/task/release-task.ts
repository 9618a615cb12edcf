import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { Released } from '../../../shared/model/released.ts';
import type { Checkpoint, CheckpointState } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, missing, readCheckpoint, stillOurs } from '../checkpoint/claim.ts';
import { readParts } from '../checkpoint/read-parts.ts';
import { removePart } from '../checkpoint/remove-part.ts';
import { findTasks } from '../checkpoint/task-index.ts';
import { partOf, taskOf } from '../checkpoint/task-parts.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import { handOver } from '../target/hand-over.ts';
import { noteOwnClaim, writesSinceHandOver, type TargetServers } from '../target/handed-over.ts';
import { insist } from '../events/insist.ts';
import { onTarget, type OpenedTarget } from '../target/on-target.ts';
import { forgetNames } from '../claim/note-names.ts';
import { beginTogether, noteHandOverOf, type OwnedPart } from '../target/parts-handed-over.ts';
import type { TaskEvents } from '../events/task-events.ts';
import type { World } from '../world/world.ts';

/** What the nodes of a cluster list this under, before the task is known. */
const NAME = 'lockstep:release';

/**
 * Hands a target over when nothing else can any more: takes the task, with all of its parts, from whoever runs it and makes every expiry
 * exact. What keeps the target from being looked at is thrown at once; what breaks it off after that is tried again for a minute. Safe to
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
  const { task, names } = await onTarget(world, target, NAME, ({ redis }) => taskThere(redis, name));
  const release = new Release(world, names);
  const keys = await insist(world.clock, target, events, () =>
    onTarget(world, target, NAME, (opened) => release.goOn(opened)),
  );
  const { removed } = release;
  if (removed) await forgetNames(world, { target, task }, removed).catch(() => undefined);
  return { task, state: release.state, keys };
}

/** What has been done of it, over one attempt after another. */
class Release {
  private readonly world: World;
  private readonly names: readonly string[];
  private readonly owner = randomUUID();
  private readonly claimed = new Map<string, Checkpoint>();
  /** How many times were late in each part that is handed over. */
  private readonly late = new Map<string, number>();

  /** `names`: the task's own, or those of its parts. */
  constructor(world: World, names: readonly string[]) {
    this.world = world;
    this.names = names;
  }

  /** That of the part which is least far. */
  get state(): CheckpointState {
    const states = new Set([...this.claimed.values()].map(({ state }) => state));
    return states.has('copying') ? 'copying' : states.has('streaming') ? 'streaming' : 'complete';
  }

  /** @returns how many times were late in all */
  async goOn(target: OpenedTarget): Promise<number> {
    const { names, late } = this;
    const { clock } = this.world;
    await beginTogether(
      target.servers,
      names.filter((name) => partOf(name)),
    );
    // Of all before any is worked on: what runs the task ends as soon as it notices the first.
    const waiting = (): readonly string[] => names.filter((name) => !late.has(name));
    for (const name of waiting()) await this.own(target, name);
    for (const name of waiting()) await endTaskConnections(clock, target.servers, name);
    for (const name of waiting()) late.set(name, await this.handOver(target, name));
    await noteHandOverOf(target.servers, this.parts);
    return [...late.values()].reduce((sum, keys) => sum + keys, 0);
  }

  /** Where no part of it is left: by which ids sets of names were kept for it on a cluster. */
  get removed(): readonly string[] | undefined {
    const { names, claimed } = this;
    if (this.parts.length > 0 || !names.every((name) => partOf(name))) return undefined;
    return [...claimed.values()].flatMap(({ keptSlots }) => (keptSlots ? [keptSlots.id] : []));
  }

  /** Those that stand on the target. */
  private get parts(): readonly OwnedPart[] {
    return [...this.claimed]
      .map(([task, checkpoint]) => ({ task, checkpoint }))
      .filter(({ task, checkpoint }) => partOf(task) && hasSlots(checkpoint));
  }

  private async own({ redis, servers }: OpenedTarget, name: string): Promise<void> {
    const before = this.claimed.get(name);
    const checkpoint = before
      ? stillOurs(await readCheckpoint(redis, name), before)
      : await claim(servers, name, this.owner);
    this.claimed.set(name, checkpoint);
  }

  private async handOver(target: OpenedTarget, task: string): Promise<number> {
    const { redis, nodes, servers, guarding, facts } = target;
    const checkpoint = this.claimed.get(task)!;
    if (!hasSlots(checkpoint)) {
      // There is nothing to hand over, and nobody is to ask for it any more.
      await removePart({ redis, nodes, name: task, checkpoint });
      return 0;
    }
    return handOver({
      clock: this.world.clock,
      redis,
      others: servers.slice(1),
      guarding: guarding(task),
      task,
      checkpoint,
      databases: DatabaseChoice.parse(checkpoint.databases),
      scripts: facts.abilities.scripts,
    });
  }
}

/** The task that is meant, and what has a checkpoint of it: itself, or its parts. */
async function taskThere(
  redis: Redis,
  name: string | undefined,
): Promise<{ readonly task: string; readonly names: readonly string[] }> {
  const found = await findTasks(redis);
  const task = name ?? theOnlyTask([...new Set(found.map(taskOf))]);
  // A part is handed over with its task alone.
  const whole = !partOf(task) && (await readCheckpoint(redis, task)) !== undefined;
  const parts = whole
    ? found.filter((one) => one !== task && taskOf(one) === task)
    : (await readParts(redis, task)).map((part) => part.name);
  const names = whole ? [task, ...parts] : parts;
  if (names.length === 0) throw new LockstepError('USAGE', `the target has no task ${task}`);
  return { task, names };
}

const hasSlots = ({ slots }: Checkpoint): boolean => slots?.size !== 0;

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

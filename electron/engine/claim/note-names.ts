import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import {
  CHECKPOINT_DB,
  checkpointFields,
  checkpointKey,
  isBareClaim,
  keptKeysKey,
  parseCheckpoint,
  type Checkpoint,
  type StandingNames,
} from '../checkpoint/checkpoint.ts';
import { missing, stillOurs } from '../checkpoint/claim.ts';
import { forgetKept, keptIds } from '../checkpoint/forget-kept.ts';
import { keptId } from '../checkpoint/kept-slots.ts';
import { standingKeys } from '../checkpoint/ownership.ts';
import { findParts, readParts } from '../checkpoint/read-parts.ts';
import { TASKS_KEY } from '../checkpoint/task-index.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { describeLibraries, libraryNames } from '../control/function-libraries.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import type { TaskEvents } from '../events/task-events.ts';
import { onTarget, type OpenedTarget } from '../target/on-target.ts';
import type { OwnedPart } from '../target/parts-handed-over.ts';
import { rememberStanding } from '../target/remember-standing.ts';
import type { World } from '../world/world.ts';
import { saidBy } from './claim-first.ts';

/** What the nodes of a cluster list this under. */
const NAME = 'lockstep:names';
const NOTHING: StandingNames = { kept: false, keptSlots: undefined, keptLibraries: [] };

export interface NamesGround {
  readonly spec: TaskSpec;
  /** All parts that this run has claimed, and is about to begin together. */
  readonly parts: readonly OwnedPart[];
  readonly events: Pick<TaskEvents, 'warning'>;
  /** @throws LockstepError where the run is to end */
  readonly goOn: () => void;
}

/**
 * Notes what a target holds before any part of a task writes to it, once for all of them, and says so in each of their claims in one step.
 * Where parts have written there already, it is as those say. Names are added under the claims alone, so that a run which is passed over
 * adds none of what its successor brings.
 * @throws LockstepError TARGET_TAKEN_OVER, CHECKPOINT_MISSING, TARGET_SLOTS_MOVED, TARGET_CLUSTER_DOWN, and what opening a target may throw
 */
export async function noteNames(world: World, ground: NamesGround): Promise<StandingNames> {
  const { spec, parts } = ground;
  // Who wants none to be overwritten has been refused where any stand.
  if (spec.existing === 'fail' && parts.every(({ checkpoint }) => isBareClaim(checkpoint))) return NOTHING;
  return onTarget(world, spec.target, NAME, async (target) => {
    const standing = await readParts(target.redis, spec.task);
    const found = new Map(standing.map(({ name, checkpoint }) => [name, checkpoint]));
    for (const { task, checkpoint } of parts) stillOurs(found.get(task), checkpoint);
    const bare = standing.every(({ checkpoint }) => isBareClaim(checkpoint));
    if (!bare) return sayOne(target.redis, found, parts, saidBy(standing));
    return target.keptGround ? noteOnCluster(target, found, ground) : noteHere(target, found, ground);
  });
}

type Found = ReadonlyMap<string, Checkpoint>;

/** As they were read, and nothing but claims. */
const unchangedIn =
  (found: Found) =>
  (now: Checkpoint | undefined, name: string): boolean =>
    now !== undefined && isBareClaim(now) && isSame(now, found.get(name));

const isSame = (now: Checkpoint, before: Checkpoint | undefined): boolean =>
  now.owner === before?.owner && now.epoch === before.epoch;

async function noteHere(target: OpenedTarget, found: Found, ground: NamesGround): Promise<StandingNames> {
  const names = await note(target, found, ground, randomUUID());
  return sayOne(target.redis, found, ground.parts, names);
}

/** The sets of one noting are told from those of another by their id, and count once the claims say so. */
async function noteOnCluster(
  target: OpenedTarget,
  found: Found,
  ground: NamesGround,
): Promise<StandingNames> {
  const { spec, parts } = ground;
  const nodes = target.nodes!;
  const owner = randomUUID();
  // Where all claims are this run's, whoever made them is passed over, and nobody comes to use them any more.
  const old = found.size === parts.length ? await keptIds(nodes, spec.task) : new Set<string>();
  try {
    const said = await sayOne(target.redis, found, parts, await note(target, found, ground, owner));
    await forgetKept(nodes, spec.task, (id) => old.has(id)).catch(() => undefined);
    return said;
  } catch (error) {
    await forgetKept(nodes, spec.task, (id) => id === keptId(owner)).catch(() => undefined);
    throw error;
  }
}

async function note(
  { redis, servers, keptGround }: OpenedTarget,
  found: Found,
  { spec, events, goOn }: NamesGround,
  owner: string,
): Promise<StandingNames> {
  const standing = await standingKeys(servers, DatabaseChoice.of(spec), undefined);
  const keptLibraries = (await libraryNames(servers)) ?? [];
  let names: StandingNames = { ...NOTHING, keptLibraries };
  if (standing.size > 0) {
    const cluster = keptGround && { ...keptGround(spec.task), goOn };
    const isUnchanged = unchangedIn(found);
    const mayAdd = (now: Checkpoint | undefined, name: string): boolean => {
      goOn();
      return isUnchanged(now, name);
    };
    const claims = [...found.keys()];
    const kept = await rememberStanding({ redis, cluster, task: spec.task, owner, mayAdd, claims }, standing);
    names = { ...names, ...kept };
    events.warning(
      'The target holds keys already; those of the same name as on the source are overwritten, the others stay',
    );
  }
  if (keptLibraries.length > 0)
    events.warning(
      `The target has ${describeLibraries(keptLibraries)}; those of the same name as on the source are replaced, the others stay`,
    );
  return names;
}

/** In one step, in all claims that nothing was written under. @throws LockstepError TARGET_TAKEN_OVER, CHECKPOINT_MISSING */
async function sayOne(
  redis: Redis,
  found: Found,
  parts: readonly OwnedPart[],
  names: StandingNames,
): Promise<StandingNames> {
  const keys = [...found.keys()];
  await redis.select(CHECKPOINT_DB);
  await redis.watch(...keys.map(checkpointKey));
  try {
    const writing = redis.multi();
    for (const [name, before] of found) {
      const now = parseCheckpoint(await redis.hgetall(checkpointKey(name)));
      if (!now) throw missing();
      if (!isSame(now, before)) throw takenOver();
      if (isBareClaim(now) && parts.some(({ task }) => task === name))
        writing.hmset(checkpointKey(name), ...checkpointFields({ ...now, ...names }));
    }
    const replies = await writing.exec();
    if (!replies) throw takenOver();
    for (const [error] of replies) if (error) throw error;
  } catch (error) {
    await redis.unwatch().catch(() => undefined);
    throw error;
  }
  return names;
}

const takenOver = (): LockstepError =>
  new LockstepError('TARGET_TAKEN_OVER', 'another run of this task began at the same moment');

/**
 * Removes the names that were noted for a task of which no part stands on its target any more. `ids`: of a cluster, those of the notings that
 * came to nothing. Where any part stands, they are left to it.
 */
export async function forgetNames(
  world: World,
  spec: Pick<TaskSpec, 'target' | 'task'>,
  ids: readonly string[],
): Promise<void> {
  await onTarget(world, spec.target, NAME, async ({ redis, nodes }) => {
    if (nodes) {
      if (ids.length > 0 && (await nobodyStands(redis, spec.task)))
        await forgetKept(nodes, spec.task, (id) => ids.includes(id));
      return;
    }
    const databases = [...databasesOf(await readInfo(redis, 'keyspace')).keys()];
    await redis.select(CHECKPOINT_DB);
    await redis.watch(TASKS_KEY);
    if (!(await nobodyStands(redis, spec.task))) return void (await redis.unwatch());
    const removing = redis.multi();
    for (const db of databases) removing.select(db).del(keptKeysKey(spec.task));
    await removing.exec();
  });
}

/** Looked for in the index, and where that has none, among all keys. */
const nobodyStands = async (redis: Redis, task: string): Promise<boolean> =>
  (await findParts(redis, task)).length === 0 && (await readParts(redis, task)).length === 0;

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { TargetTrial } from '../../../shared/model/target-trial.ts';
import { amendCheckpoint } from '../checkpoint/claim.ts';
import { OWN_PREFIX } from '../commands/own-keys.ts';
import { marksOf, TOGETHER } from '../target/handed-over.ts';
import { noteOf, UNKNOWN } from '../control/write-mark.ts';
import { slotTag } from '../router/slot-tag.ts';
import { onTarget, type OpenedTarget } from '../target/on-target.ts';
import type { World } from '../world/world.ts';
import { standingOf, writesBeside, type StandingCheckpoint } from './standing-parts.ts';

const NAME = 'lockstep:rehearsal';
/** If it cannot be removed it goes by itself. */
const LIVES_MS = 60_000;

/**
 * Writes a key of the tool's own to each server of a target that a task has handed over, reads it back and removes it. What it writes
 * is not taken for what others wrote.
 * @throws LockstepError what opening a target may throw; TARGET_REJECTED where a value is not read as it was written
 */
export async function tryTarget(world: World, target: Endpoint, task: string): Promise<TargetTrial> {
  const { clock } = world;
  const beganMs = clock.monotonicMs();
  return onTarget(world, target, NAME, async (opened) => {
    const connectMs = clock.monotonicMs() - beganMs;
    const { servers } = opened;
    const standing = await standingOf(opened.redis, task);
    const writes = await writesBeside(servers, standing);
    const places = await placesOf(opened);
    const tried = await Promise.all(places.map((place) => tryOne(world, place)));
    if (writes === 'none') await noteAnew(opened, standing);
    return {
      connectMs,
      writeMs: Math.max(...tried.map(({ writeMs }) => writeMs)),
      readMs: Math.max(...tried.map(({ readMs }) => readMs)),
      servers: places.length,
      writes,
    };
  });
}

interface Place {
  readonly redis: Redis;
  readonly key: string;
}

async function placesOf({ redis, nodes }: OpenedTarget): Promise<Place[]> {
  const id = randomUUID();
  if (!nodes) return [{ redis, key: `${OWN_PREFIX}rehearsal:${id}` }];
  return Promise.all(
    nodes.topology.shards.map(async ({ primary, slots }) => ({
      redis: await nodes.onNode(primary),
      key: `${OWN_PREFIX}{${slotTag(slots[0]!.first)}}:rehearsal:${id}`,
    })),
  );
}

async function tryOne(
  { clock }: World,
  { redis, key }: Place,
): Promise<{ readonly writeMs: number; readonly readMs: number }> {
  const value = randomUUID();
  const beganMs = clock.monotonicMs();
  await redis.set(key, value, 'PX', LIVES_MS, 'NX');
  const writtenMs = clock.monotonicMs();
  const read = await redis.get(key);
  const readMs = clock.monotonicMs();
  await redis.del(key);
  if (read !== value) throw new LockstepError('TARGET_REJECTED', 'a value was not read as it was written');
  return { writeMs: writtenMs - beganMs, readMs: readMs - writtenMs };
}

/** So that our own writes are not taken for those of others. A checkpoint that says more than how many writes there were keeps saying it. */
async function noteAnew(
  { redis, servers }: OpenedTarget,
  standing: readonly StandingCheckpoint[],
): Promise<void> {
  const noted = standing.filter(({ checkpoint }) => !UNTOLD.has(checkpoint.handedOver));
  // Each is one more write, and the last one's mark holds for all.
  const note = noteOf(await marksOf(servers), noted.length);
  for (const { name, checkpoint } of noted)
    await amendCheckpoint(redis, name, checkpoint, (present) => ({ ...present, handedOver: note }));
}

const UNTOLD: ReadonlySet<string> = new Set(['', TOGETHER, UNKNOWN]);

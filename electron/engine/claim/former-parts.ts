import { randomUUID } from 'node:crypto';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, missing, readCheckpoint } from '../checkpoint/claim.ts';
import { readParts, type StandingPart } from '../checkpoint/read-parts.ts';
import { removePart } from '../checkpoint/remove-part.ts';
import { partName } from '../checkpoint/task-parts.ts';
import { SlotSet } from '../router/slot-set.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import type { World } from '../world/world.ts';
import { onTarget, type OpenedTarget } from '../target/on-target.ts';
import { refusePassedOver } from '../target/owner.ts';
import { beginTogether, noteHandOverOf, type OwnedPart } from '../target/parts-handed-over.ts';

/** What the nodes of a cluster list this under. */
const NAME = 'lockstep:parts';

/**
 * The parts of a task that stand on its target, which are about to go on there together: from here on what this run writes is not taken
 * for what others have written. @throws LockstepError what opening a target may throw
 */
export const openFormerParts = (world: World, spec: TaskSpec): Promise<StandingPart[]> =>
  onTarget(world, spec.target, NAME, async ({ redis, servers }) => {
    const parts = await readParts(redis, spec.task);
    await beginTogether(
      servers,
      parts.map(({ name }) => name),
    );
    return parts;
  });

/** Notes that all parts of a task have handed its target over. Where that comes to nothing, the next run asks before it replaces anything. */
export async function closeParts(world: World, spec: TaskSpec, parts: readonly OwnedPart[]): Promise<void> {
  await onTarget(world, spec.target, NAME, ({ servers }) => noteHandOverOf(servers, parts)).catch(
    () => undefined,
  );
}

/** What a run knows of checkpoints of parts, by their numbers, when it has done with them. */
export type LeftParts = ReadonlyMap<number, Checkpoint | undefined>;

/** Whether any of them has written to the target. */
export const hasBegun = (parts: readonly StandingPart[]): boolean =>
  parts.some(({ checkpoint }) => !isBareClaim(checkpoint));

/**
 * Takes parts off the target whose shards are gone: from then on they vouch for no slot. What they have brought stays. `left`: as this
 * run has left them; another run may have claimed them since. @throws LockstepError TARGET_TAKEN_OVER
 */
export async function removeParts(
  world: World,
  spec: TaskSpec,
  numbers: readonly number[],
  left: LeftParts = new Map(),
): Promise<void> {
  if (numbers.length === 0) return;
  const nobody = randomUUID();
  await onTarget(world, spec.target, NAME, async ({ redis, servers, nodes }) => {
    for (const number of numbers) {
      const name = partName({ task: spec.task, number });
      const ours = left.get(number);
      // An earlier attempt may have claimed it, and its answer been lost.
      const owner = ours?.owner ?? nobody;
      // It may have ended before it had claimed anything.
      if (!(await readCheckpoint(redis, name))) continue;
      await takeOff(world, { redis, servers, nodes }, name, owner, (now) => {
        if (ours) refusePassedOver(now, ours);
      });
    }
  });
}

/**
 * The same of parts that this run has taken off before, and that are back, as on a target that went back to an earlier save. `gone`: as they
 * were then. One that another run has begun meanwhile has another owner, and is left alone.
 */
export async function removeAgain(
  world: World,
  spec: TaskSpec,
  gone: ReadonlyMap<number, Checkpoint>,
): Promise<void> {
  if (gone.size === 0) return;
  await onTarget(world, spec.target, NAME, async (target) => {
    for (const [number, { owner }] of gone) {
      const name = partName({ task: spec.task, number });
      if ((await readCheckpoint(target.redis, name))?.owner !== owner) continue;
      await takeOff(world, target, name, owner, (now) => {
        if (now.owner !== owner) throw missing();
      });
    }
  });
}

/** `check`: @throws LockstepError CHECKPOINT_MISSING for one that is to be left alone */
async function takeOff(
  world: World,
  { redis, servers, nodes }: Pick<OpenedTarget, 'redis' | 'servers' | 'nodes'>,
  name: string,
  owner: string,
  check: (now: Checkpoint) => void,
): Promise<void> {
  const decide = (now: Checkpoint | undefined): Checkpoint => {
    if (!now) throw missing();
    check(now);
    return { ...now, slots: SlotSet.of([]) };
  };
  const checkpoint = await claimCheckpoint(redis, name, owner, decide, 'allow').catch((error: unknown) => {
    // The run that had it has taken it back meanwhile.
    if (error instanceof LockstepError && error.code === 'CHECKPOINT_MISSING') return undefined;
    throw error;
  });
  if (!checkpoint) return;
  await endTaskConnections(world.clock, servers, name);
  await removePart({ redis, nodes, name, checkpoint });
}

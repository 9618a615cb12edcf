import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatCount } from '../../../shared/format/numbers.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/claim.ts';
import { refuseOtherForm } from '../checkpoint/other-tasks.ts';
import { readParts } from '../checkpoint/read-parts.ts';
import { findTasks } from '../checkpoint/task-index.ts';
import { partName } from '../checkpoint/task-parts.ts';
import { countSlots, describeSlots, type SlotRange } from '../router/slot-ranges.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { Topology } from '../router/topology.ts';
import { failureOf, notice, pass, type Finding } from './finding.ts';

/** What earlier runs of a task have left on a target: one checkpoint, or one for each part where the source is a cluster. */
export type EarlierRuns =
  | { readonly kind: 'whole'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'parts'; readonly checkpoints: readonly Checkpoint[] };

/**
 * undefined where there are none, or none that wrote more than a claim: that leaves everything as it would be at a first run.
 * @throws LockstepError TASK_MISMATCH where they had a source of the other kind, or what they have left cannot be read
 */
export async function lookForTask(
  redis: Redis,
  task: string,
  fromCluster: boolean,
): Promise<EarlierRuns | undefined> {
  // Any number stands for a task with parts.
  const own = fromCluster ? partName({ task, number: 1 }) : task;
  await refuseOtherForm(redis, await findTasks(redis), own);
  const whole = await readCheckpoint(redis, task);
  const parts = await readParts(redis, task);
  if (whole) return isBareClaim(whole) ? undefined : { kind: 'whole', checkpoint: whole };
  const checkpoints = parts.map(({ checkpoint }) => checkpoint);
  return checkpoints.every(isBareClaim) ? undefined : { kind: 'parts', checkpoints };
}

/** What a start makes of them. `source`: of a cluster. */
export function judgeEarlier(earlier: EarlierRuns, databases: string, source: Topology | undefined): Finding {
  const checkpoints = earlier.kind === 'whole' ? [earlier.checkpoint] : earlier.checkpoints;
  const other = checkpoints.find((one) => one.databases !== databases);
  if (other)
    return failureOf(
      'target',
      new LockstepError(
        'TASK_MISMATCH',
        `a task of this name ran with databases ${other.databases}, not ${databases}`,
      ),
    );
  return earlier.kind === 'whole' ? judgeWhole(earlier.checkpoint) : judgeParts(checkpoints, source);
}

const goesOn = ({ state, fault }: Checkpoint): boolean => state === 'streaming' && fault === '';

const ANEW =
  'what it wrote is removed, and the full copy is made anew. Keys that stood on the target before the task stay.';

function judgeWhole(checkpoint: Checkpoint): Finding {
  if (goesOn(checkpoint))
    return pass(
      `This task has run before, from ${checkpoint.source}: it goes on from its checkpoint, offset ${formatCount(checkpoint.offset)}, if the source still has what follows.`,
    );
  return notice(`This task has run before, but not to where it could go on: ${ANEW}`);
}

/** A shard goes on where a part has some of its slots; those that it does not have are brought then. */
function judgeParts(checkpoints: readonly Checkpoint[], source: Topology | undefined): Finding {
  const standing = checkpoints.filter(goesOn);
  const shards = (source?.shards ?? []).map(({ slots }) => SlotSet.of(slots));
  const held = standing.map(({ slots }) => slots ?? SlotSet.of([]));
  const anew = shards.filter((wanted) => held.every((slots) => slots.and(wanted).size === 0));
  if (standing.length === 0 || (shards.length > 0 && anew.length === shards.length))
    return notice(`This task has run before, but not to where it could go on: ${ANEW}`);
  const from = `This task has run before, from ${standing[0]!.source}`;
  const come = shards.filter((wanted) => !anew.includes(wanted)).flatMap((wanted) => comeTo(wanted, held));
  if (anew.length === 0 && come.length === 0)
    return pass(`${from}: each shard goes on from its checkpoint, if the source still has what follows.`);
  const parts = [
    `${shards.length - anew.length} of ${shards.length} shards go on from their checkpoints`,
    ...(come.length > 0
      ? [`${describeSome(come)} have come to them since, and are brought while the stream flows`]
      : []),
    ...(anew.length > 0
      ? [
          `${describeSome(anew.flatMap(({ ranges }) => ranges))} are copied, in the place of what the target has of them`,
        ]
      : []),
  ];
  return notice(`${from}: ${parts.join('; ')}.`);
}

/** The slots of a shard that the part lacks which has the most of them. */
function comeTo(wanted: SlotSet, held: readonly SlotSet[]): readonly SlotRange[] {
  const sizes = held.map((slots) => slots.and(wanted));
  const most = sizes.reduce((one, other) => (other.size > one.size ? other : one));
  return wanted.without(most).ranges;
}

const describeSome = (ranges: readonly SlotRange[]): string =>
  `${formatCount(countSlots(ranges))} slots (${describeSlots(ranges)})`;

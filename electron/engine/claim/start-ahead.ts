import type { TaskOutlook } from '../../../shared/model/task-outlook.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { otherForm } from '../checkpoint/other-tasks.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { Shard } from '../router/topology.ts';
import type { WritesSince } from '../control/write-mark.ts';
import { divideSource } from '../source/divide-source.ts';
import { notCluster, otherSource } from '../source/other-source.ts';
import { HANDED_OVER } from '../target/handed-over.ts';
import { reachedByAny, reachesBack } from '../watch/backlog-reach.ts';
import { whySlots } from './part-slots.ts';
import { whyNewCopy } from './prepare-target.ts';

/** What a source is followed by: itself, or the primary of one of its shards. */
export interface FollowedServer {
  /** undefined for a standalone server. */
  readonly shard: Shard | undefined;
  /** INFO replication. */
  readonly info: ReadonlyMap<string, string>;
  /** The same of its replicas that are linked, where the stream may be read of one of them. */
  readonly replicas?: readonly ReadonlyMap<string, string>[];
}

/** What stands of a task on its target, as far as its lanes are. */
export interface StandingTask {
  /** Its own; of a task with parts there is none. */
  readonly own: Checkpoint | undefined;
  readonly parts: readonly { readonly number: number; readonly checkpoint: Checkpoint }[];
}

export type Start = Pick<TaskOutlook, 'start' | 'reason'>;

export const UNKNOWN: Start = { start: 'unknown', reason: null };

/**
 * Why a start would be refused: the task has another kind of source than it had, is to copy another one than it has copied, or has parts that
 * are to replace what others may have written (`writes`).
 */
export const wouldRefuse = (
  spec: Pick<TaskSpec, 'task' | 'source' | 'readFrom' | 'existing'>,
  { own, parts }: StandingTask,
  source: readonly FollowedServer[],
  { start }: Start,
  writes: WritesSince,
): string | undefined => {
  const parted = source[0]?.shard !== undefined;
  if (!parted && source.length > 0 && spec.readFrom === 'replicas') return notCluster(spec).message;
  if (parted ? own !== undefined : parts.length > 0) return otherForm(spec.task, parted).message;
  if (start !== 'new-copy') return undefined;
  // Where nobody is to overwrite them, that is said of any task.
  if (parted && writes !== 'none' && spec.existing === 'overwrite')
    return `${HANDED_OVER[writes]}, and a task whose source is a cluster takes none of it for the target's own`;
  const standing = [...(own ? [own] : []), ...parts.map(({ checkpoint }) => checkpoint)];
  return standing.map((checkpoint) => otherSource(spec, checkpoint)).find((other) => other !== undefined)
    ?.message;
};

/** What a start would come to; `source`: undefined where it could not be looked at. */
export function startAhead(
  spec: Pick<TaskSpec, 'fullOnly' | 'copyAgain'>,
  { own, parts }: StandingTask,
  source: readonly FollowedServer[] | undefined,
): Start {
  const begun = parts.filter(({ checkpoint }) => !isBareClaim(checkpoint));
  if (own) return startOf(spec, own, undefined, source?.[0]);
  if (begun.length === 0) return { start: 'first-copy', reason: null };
  if (!source) {
    const reasons = begun.map(({ checkpoint }) => whyNewCopy(spec, checkpoint));
    const reason = reasons.find((one) => one !== undefined);
    return reason === undefined ? UNKNOWN : { start: 'new-copy', reason };
  }
  const shards = source.flatMap(({ shard }) => (shard ? [shard] : []));
  const division = divideSource(
    shards,
    begun.map(({ number, checkpoint }) => ({ number, slots: checkpoint.slots ?? SlotSet.of([]) })),
  );
  const starts = division.parts.map(({ number, slots, shard }): Start => {
    const checkpoint = begun.find((part) => part.number === number)?.checkpoint;
    const followed = source.find((one) => one.shard === shard);
    return checkpoint
      ? startOf(spec, checkpoint, slots, followed)
      : { start: 'new-copy', reason: 'the source has one shard more than it had' };
  });
  return together(starts);
}

/** `wanted`: the slots that a part is to have. */
function startOf(
  spec: Pick<TaskSpec, 'fullOnly' | 'copyAgain'>,
  checkpoint: Checkpoint,
  wanted: SlotSet | undefined,
  followed: FollowedServer | undefined,
): Start {
  if (isBareClaim(checkpoint)) return { start: 'first-copy', reason: null };
  const reason = whyNewCopy(spec, checkpoint) ?? whySlots(checkpoint, wanted);
  if (reason !== undefined) return { start: 'new-copy', reason };
  const { replid, verified } = checkpoint;
  const nodes = followed ? [followed.info, ...(followed.replicas ?? [])] : [];
  const reached = reachedByAny(nodes.map((info) => reachesBack(info, { replid, offset: verified })));
  if (reached === undefined) return UNKNOWN;
  return { start: reached ? 'resume' : 'new-copy', reason: null };
}

const BACKLOG = 'the source no longer has what follows the checkpoint';

/** Of all parts: each that does not go on is copied anew, and the others are not. */
function together(starts: readonly Start[]): Start {
  const anew = starts.filter(({ start }) => start === 'new-copy');
  if (anew.length === 0)
    return starts.find(({ start }) => start === 'unknown') ?? { start: 'resume', reason: null };
  const reason = anew.find((one) => one.reason !== null)?.reason ?? null;
  if (anew.length === starts.length) return { start: 'new-copy', reason };
  const shards = `${anew.length} of ${starts.length} shards ${anew.length === 1 ? 'does' : 'do'} not go on`;
  return { start: 'new-copy', reason: `${shards}: ${reason ?? BACKLOG}` };
}

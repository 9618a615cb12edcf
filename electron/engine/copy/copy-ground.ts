import type { Redis } from 'ioredis';
import { formatCount } from '../../../shared/format/numbers.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { mendKept } from '../checkpoint/note-kept.ts';
import { libraryNames } from '../control/function-libraries.ts';
import type { WritesSince } from '../control/write-mark.ts';
import { takeOver } from '../target/handed-over.ts';
import type { TargetGround } from '../target/target-ground.ts';
import type { LibraryGround } from '../writer/copy/library-copy.ts';

/** What was handed over is its own from here on, as far as it stands there (`found`: keys by database). */
export async function keepStanding(
  ground: TargetGround,
  redis: Redis,
  writes: Exclude<WritesSince, 'none'>,
  found: ReadonlyMap<number, number>,
): Promise<void> {
  const { spec, servers, own, events } = ground;
  const cluster = servers.cluster?.keptGround(spec.task);
  const { owner } = own.checkpoint!;
  const mayAdd = (now: Checkpoint | undefined): boolean => now?.owner === owner;
  const place = { redis, cluster, task: spec.task, owner, mayAdd };
  const kept = await takeOver(place, spec, writes, found);
  own.checkpoint = { ...own.checkpoint!, ...kept };
  events.warning(
    'The target was handed over: all that stands on it stays, and only names that the source has are overwritten',
  );
}

/** The copy tells the target's own keys by what is noted of them, which is to be there whole. */
export async function mendKeptNames(ground: TargetGround): Promise<void> {
  const { servers, spec, own, events, part } = ground;
  const { cluster } = servers;
  const { keptSlots } = own.checkpoint!;
  if (!cluster || !keptSlots) return;
  const mended = await mendKept(cluster.keptGround(spec.task), keptSlots, part?.slots);
  if (mended.lost.size === 0) return;
  own.checkpoint = { ...own.checkpoint!, keptSlots: mended.keptSlots };
  events.warning(
    `A node of the target came back without the names of keys that it held before the task: all that stands in ${formatCount(mended.lost.size)} of its slots stays, and only names that the source has are overwritten`,
  );
}

/** What the libraries of the snapshot meet on the target; undefined where another part of the task brings them. */
export async function libraryGround(
  ground: TargetGround,
  { keptLibraries }: Checkpoint,
): Promise<LibraryGround | undefined> {
  const { spec, servers, leftOut, part } = ground;
  if (part && !part.leads) return undefined;
  const known = servers.facts.target.abilities.functions;
  const standing = known ? await libraryNames(await servers.targets()) : [];
  return { task: spec.task, known, leftOut, standing, kept: keptLibraries };
}

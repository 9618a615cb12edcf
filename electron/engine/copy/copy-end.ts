import { formatBytes, formatCount, formatDuration, formatKeys } from '../../../shared/format/numbers.ts';
import { vouchedFor, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { removeLanes } from '../checkpoint/lanes.ts';
import { handOverNote } from '../target/handed-over.ts';
import type { TargetGround } from '../target/target-ground.ts';
import type { CopyRun } from './copy-run.ts';

/** A snapshot tells when it was begun in whole seconds, as seen by a process that had to be started first. */
const SNAPSHOT_SLACK_MS = 1000;
/** A replica takes its snapshot by its own clock, and what it has not got by then its primary has run long before, perhaps. */
const UNKNOWN_MS = 0;

/** The checkpoint of a copy that is complete. `replid`: of the history that was copied. @throws LockstepError */
export async function copiedCheckpoint(
  { spec, servers, feed, evictions }: TargetGround,
  run: CopyRun,
  ours: Checkpoint,
  replid: string,
): Promise<Checkpoint> {
  const { facts, takenAtMs, libraries } = run.applier!;
  const { cluster } = servers;
  const ended =
    cluster && spec.fullOnly
      ? await removeLanes({ nodes: cluster.nodes, task: spec.task, checkpoint: ours })
      : ours;
  return vouchedFor({
    ...ended,
    ...evictions.marks,
    state: spec.fullOnly ? 'complete' : 'streaming',
    // Nothing more is written after a copy without a stream.
    active: !spec.fullOnly,
    replid,
    db: facts.streamDb,
    copied: true,
    expiry: spec.fullOnly ? 'exact' : ours.expiry,
    sourceAtMs: feed.ofReplica
      ? UNKNOWN_MS
      : Math.max(0, takenAtMs > 0 ? takenAtMs - SNAPSHOT_SLACK_MS : feed.askedAtMs),
    handedOver: spec.fullOnly ? await handOverNote(await servers.targets(), spec.task) : '',
    fieldExpiry: facts.hasFieldExpiry || ours.fieldExpiry,
    keptLibraries: libraries?.kept ?? ours.keptLibraries,
  });
}

/** Says that it is complete, and what it was. */
export function tellCopied(ground: TargetGround, run: CopyRun, beganMs: number): void {
  const { counts } = run.applier!;
  const { written, expired: keysExpired } = counts;
  const expired = keysExpired > 0 ? `, without ${formatCount(keysExpired)} that had expired` : '';
  const left = ground.leftOut?.count ?? 0;
  if (left > 0)
    ground.events.warning(
      `${formatCount(left)} function ${left === 1 ? 'library is' : 'libraries are'} left out: the target knows no functions`,
    );
  const bytes = formatBytes(run.bytesDone);
  const took = formatDuration(ground.world.clock.now() - beganMs);
  ground.events.info(
    `The full copy is complete: ${formatKeys(written)}${expired}, ${bytes} of snapshot, in ${took}`,
  );
}

import { formatBytes, formatDuration } from '../../../../shared/format/numbers.ts';
import { versionNumber } from '../../control/target-abilities.ts';
import { configSet, pass, skipped, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check, Subjects } from '../subjects.ts';

const MB = 1024 * 1024;
/** The soft limit that servers come with. */
const LEAST_BYTES = 64 * MB;
/** What the buffer has to hold waits while the snapshot is made and read, at about this pace. */
const SNAPSHOT_BYTES_PER_SECOND = 50 * MB;
/** Since this version the class is called `replica`. */
const REPLICA_VERSION = 50000;

export interface BufferLimit {
  readonly hardBytes: number;
  readonly softBytes: number;
  readonly softSeconds: number;
}

export const sourceOutputBuffer: Check = (subjects) =>
  subjects.lookAtFeeds((node) => lookAtOne(node, subjects));

async function lookAtOne(source: ServerView, subjects: Subjects): Promise<Finding> {
  const text = await source.config('client-output-buffer-limit');
  const limit = text === undefined ? undefined : parseBufferLimit(text);
  if (!limit) return skipped('The source does not tell its client-output-buffer-limit.');
  const { redisVersion } = await source.identity();
  const name = versionNumber(redisVersion) >= REPLICA_VERSION ? 'replica' : 'slave';
  const usedBytes = (await source.figure('used_memory_dataset')) ?? (await source.figure('used_memory')) ?? 0;
  return judgeOutputBuffer(limit, usedBytes, (await subjects.writeRate(source)).bytesPerSecond, name);
}

/** The class of replicas in `normal 0 0 0 slave 268435456 67108864 60 pubsub …`; undefined when it is not there. */
export function parseBufferLimit(text: string): BufferLimit | undefined {
  const match = /(?:^|\s)(?:slave|replica) (\d+) (\d+) (\d+)/.exec(text);
  if (!match) return undefined;
  return { hardBytes: Number(match[1]), softBytes: Number(match[2]), softSeconds: Number(match[3]) };
}

export function judgeOutputBuffer(
  limit: BufferLimit,
  usedBytes: number,
  writtenPerSecond: number,
  className: 'replica' | 'slave',
): Finding {
  const { hardBytes, softBytes, softSeconds } = limit;
  const described = [
    ...(hardBytes > 0 ? [formatBytes(hardBytes)] : []),
    ...(softBytes > 0 ? [`${formatBytes(softBytes)} for ${softSeconds} s`] : []),
  ];
  if (described.length === 0) return pass('The source sets no limit for replicas.');
  const snapshotSeconds = usedBytes / SNAPSHOT_BYTES_PER_SECOND;
  const neededBytes = writtenPerSecond * snapshotSeconds;
  const least = Math.max(LEAST_BYTES, neededBytes);
  const hardFits = hardBytes === 0 || hardBytes >= least;
  // A soft limit may be passed for a while.
  const softFits =
    softBytes === 0 || softBytes >= least || (softBytes >= LEAST_BYTES && softSeconds > snapshotSeconds);
  const found = `The limit for replicas is ${described.join(', or ')}.`;
  const need =
    neededBytes < MB
      ? ''
      : ` While a snapshot of ${formatBytes(usedBytes)} is made and read, about ${formatDuration(snapshotSeconds * 1000)}, some ${formatBytes(neededBytes)} of changes wait there at the present rate.`;
  if (hardFits && softFits) return pass(`${found}${need}`);
  const wanted = Math.ceil(Math.max(4 * LEAST_BYTES, 2 * neededBytes) / MB) * MB;
  return warning(
    `${found}${need === '' ? ' That is less than servers come with.' : need} A source that passes the limit drops the link, and the full copy begins anew.`,
    configSet(
      'source',
      'client-output-buffer-limit',
      `"${className} ${wanted} ${wanted} 60"`,
      `Raise it to ${formatBytes(wanted)}.`,
    ),
  );
}

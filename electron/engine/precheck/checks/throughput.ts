import { formatBytes, formatCount, formatDuration } from '../../../../shared/format/numbers.ts';
import { countKeys } from '../../control/info.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { notice, pass, type Finding } from '../finding.ts';
import { formatRoundTrip, measurePath } from '../path-speed.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';
import { datasetBytes } from './target-memory.ts';

/** What one target commonly takes of small keys. It cannot be measured without writing, so it is said to be assumed. */
const ASSUMED_KEYS_PER_SECOND = 200_000;

/** Nodes of a cluster to which the way is measured. */
const MOST_MEASURED = 8;

export interface CopyFacts {
  readonly keys: number;
  /** What the source sends: its whole data, whichever databases are taken. */
  readonly sourceBytes: number;
  /** The part of it that goes on to the target. */
  readonly targetBytes: number;
  /** Bytes/s between this machine and each server. */
  readonly sourceSpeed: number;
  readonly targetSpeed: number;
  readonly limits: Pick<TaskSpec, 'maxCommandsPerSecond' | 'maxBytesPerSecond'>;
}

export const throughput: Check = async (subjects) => {
  const { source, target, spec } = subjects;
  const trips = `A round trip takes ${formatRoundTrip(await slowestTrip(source))} to the source and ${formatRoundTrip(await slowestTrip(target))} to the target`;
  const sourceBytes = await datasetBytes(source);
  const chosen = countKeys(await subjects.chosen());
  const all = countKeys(await source.databases());
  if (all === 0) return pass(`${trips}. The source holds no keys yet, so the full copy takes a moment.`);
  await subjects.quiet();
  // One after the other: at once they would share this machine's line.
  const sourceSpeed = await measurePaths(source);
  const targetSpeed = await measurePaths(target);
  if (sourceBytes === undefined || sourceSpeed === undefined || targetSpeed === undefined)
    return notice(
      `${trips}. How long the full copy takes cannot be told: ${missing(sourceBytes, sourceSpeed)}.`,
    );
  return estimate(trips, {
    keys: chosen,
    sourceBytes,
    targetBytes: (sourceBytes * chosen) / all,
    sourceSpeed,
    targetSpeed,
    limits: spec,
  });
};

/** To the primary that is furthest away. */
const slowestTrip = async (server: ServerView): Promise<number> =>
  Math.max(...(await Promise.all((await server.nodes()).map((node) => node.roundTripMs()))));

/** To all primaries at once, as the copy goes, or to some of very many. */
async function measurePaths(server: ServerView): Promise<number | undefined> {
  const nodes = (await server.nodes()).slice(0, MOST_MEASURED);
  const speeds = await Promise.all(nodes.map(measurePath));
  return speeds.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0);
}

function missing(bytes: number | undefined, sourceSpeed: number | undefined): string {
  if (bytes === undefined) return 'the source does not tell how much it holds';
  return `the ${sourceSpeed === undefined ? 'source' : 'target'} does not answer PING`;
}

/** What bounds the copy decides how long it takes. */
export function estimate(trips: string, facts: CopyFacts): Finding {
  const { keys, sourceBytes, targetBytes, sourceSpeed, targetSpeed, limits } = facts;
  const { maxCommandsPerSecond, maxBytesPerSecond = 0 } = limits;
  const bounds: [seconds: number, by: string][] = [
    [sourceBytes / sourceSpeed, `the way to the source, measured at ${formatBytes(sourceSpeed)}/s`],
    [targetBytes / targetSpeed, `the way to the target, measured at ${formatBytes(targetSpeed)}/s`],
    [
      keys / ASSUMED_KEYS_PER_SECOND,
      `the target, assumed to take ${formatCount(ASSUMED_KEYS_PER_SECOND)} keys/s`,
    ],
  ];
  if (maxCommandsPerSecond > 0)
    bounds.push([
      keys / maxCommandsPerSecond,
      `the limit of ${formatCount(maxCommandsPerSecond)} commands/s`,
    ]);
  if (maxBytesPerSecond > 0)
    bounds.push([targetBytes / maxBytesPerSecond, `the limit of ${formatBytes(maxBytesPerSecond)}/s`]);
  const [seconds, by] = bounds.reduce((most, bound) => (bound[0] > most[0] ? bound : most));
  const duration = seconds < 1 ? 'a moment' : `about ${formatDuration(seconds * 1000)}`;
  return pass(
    `${trips}. Estimate for the full copy: ${duration} for ${formatCount(keys)} ${keys === 1 ? 'key' : 'keys'}, ${formatBytes(targetBytes)} in the source's memory, bounded by ${by}. A server that is busy takes longer.`,
  );
}

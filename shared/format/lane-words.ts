import type { LaneFigures } from '../model/lane.ts';
import type { Metrics } from '../model/metrics.ts';
import { formatCount } from './numbers.ts';
import { formatCommandRate, formatLag } from './rates.ts';
import { roughly } from './times.ts';

/** Below that it is the way of things that one node is behind another. */
const MOST_APART_BYTES = 1024 * 1024;

/** The node that the others are held up by; undefined while none is far behind them. */
export function furthestNode(lanes: readonly LaneFigures[]): LaneFigures | undefined {
  const sorted = lanes.toSorted((a, b) => b.behindBytes - a.behindBytes);
  const [furthest, least] = [sorted[0], sorted.at(-1)];
  return furthest && least && furthest.behindBytes - least.behindBytes > MOST_APART_BYTES
    ? furthest
    : undefined;
}

/** Nodes of a target that are away while the task goes on with the others. */
export const nodesAway = (lanes: readonly LaneFigures[] = []): readonly LaneFigures[] =>
  lanes.filter(({ away }) => away !== undefined);

/** `away for 12 s: the connection was refused` */
export const awayWords = ({ sinceMs, reason }: NonNullable<LaneFigures['away']>, nowMs: number): string =>
  `away for ${roughly(nowMs - sinceMs)}: ${reason}`;

/** How a task is that has nodes of its target away, in one sentence without a full stop. */
export function describeAway({ lanes, lag, applied }: Metrics, nowMs: number): string {
  const gone = nodesAway(lanes);
  const sinceMs = Math.min(nowMs, ...gone.flatMap(({ away }) => away?.sinceMs ?? []));
  const heldUpBy = gone.find(({ away }) => away?.heldUpBy)?.away?.heldUpBy;
  const who =
    gone.length > 1 ? `${formatCount(gone.length)} nodes of the target have` : 'One node of the target has';
  const since = `${who} been away for ${roughly(nowMs - sinceMs)}`;
  if (heldUpBy !== undefined)
    return `${since}, and the others wait, as ${heldUpBy} needs it: ${formatLag(lag.seconds)} behind`;
  return `${since}; the others go on: ${formatLag(lag.seconds)} behind there, ${formatCommandRate(applied.commandsPerSecond)}`;
}

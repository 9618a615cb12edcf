import type { LaneFigures } from '../model/lane.ts';

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

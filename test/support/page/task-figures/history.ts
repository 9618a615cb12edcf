import { tierFor, type HistoryPoint, type HistoryWindow } from '../../../../shared/model/history.ts';

export interface HistoryShape {
  readonly commandsPerSecond?: number;
  readonly keys?: number;
  /** Parts of the window, from 0 to 1, in which the task did not run. */
  readonly gaps?: readonly (readonly [number, number])[];
  /** The part of it that a full copy took. */
  readonly copy?: readonly [number, number];
  /** The difference of the keys at a part of the window; negative where the target has more. */
  readonly difference?: (share: number) => number;
  readonly lagSeconds?: (share: number) => number;
}

const BYTES_PER_COMMAND = 148;
const wave = (x: number): number => Math.sin(x) * 0.6 + Math.sin(x * 2.7 + 1) * 0.3 + Math.sin(x * 7.3) * 0.1;

/** A window of a task that had its ups and downs; the same each time. */
export function history(
  window: HistoryWindow,
  shape: HistoryShape = {},
  nowMs = Date.now(),
): { stepMs: number; points: HistoryPoint[] } {
  const {
    commandsPerSecond = 12_400,
    keys = 18_411_204,
    gaps = [],
    copy = [-1, -1],
    difference = () => 0,
    lagSeconds = (share) => 0.3 + 0.2 * wave(share * 90),
  } = shape;
  const { stepMs } = tierFor(window, nowMs);
  const points = Math.max(2, Math.ceil(window.spanMs / stepMs));
  const endMs = window.endMs ?? nowMs;
  const series: HistoryPoint[] = [];
  for (let index = 0; index < points; index += 1) {
    const share = index / (points - 1);
    if (gaps.some(([from, to]) => share > from && share < to)) continue;
    const read = commandsPerSecond * (1 + 0.35 * wave(share * 12) + 0.06 * wave(share * 400));
    const lag = Math.max(0, lagSeconds(share));
    const applied = read * (1 - 0.04 * Math.max(0, wave(share * 300)));
    const copying = share >= copy[0] && share <= copy[1];
    const differing = difference(share);
    const sourceKeys = Math.round(keys * (0.93 + 0.07 * share));
    series.push({
      atMs: endMs - (points - 1 - index) * stepMs,
      readCommandsPerSecond: copying ? null : read,
      appliedCommandsPerSecond: copying ? null : applied,
      readBytesPerSecond: copying ? null : read * BYTES_PER_COMMAND,
      appliedBytesPerSecond: copying ? null : applied * BYTES_PER_COMMAND,
      copyCommandsPerSecond: copying ? read * 20 : null,
      copyReadBytesPerSecond: copying ? read * 20 * BYTES_PER_COMMAND : null,
      copyAppliedBytesPerSecond: copying ? applied * 19 * BYTES_PER_COMMAND : null,
      lagSeconds: lag,
      lagBytes: lag * read * BYTES_PER_COMMAND,
      spoolBytes: lag * read * BYTES_PER_COMMAND,
      sourceKeys,
      targetKeys: sourceKeys - differing,
      sourceExpires: Math.round(sourceKeys * 0.11),
      targetExpires: Math.round(sourceKeys * 0.11),
      keysMissing: copying ? null : Math.max(0, differing),
      keysExtra: copying ? null : Math.min(0, differing),
    });
  }
  return { stepMs, points: series };
}

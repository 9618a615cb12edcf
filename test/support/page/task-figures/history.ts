import { HISTORY_RANGES, type HistoryPoint, type HistoryRange } from '../../../../shared/model/history.ts';

export interface HistoryShape {
  readonly commandsPerSecond?: number;
  readonly keys?: number;
  /** Parts of the range, from 0 to 1, in which the task did not run. */
  readonly gaps?: readonly (readonly [number, number])[];
  /** The difference of the keys at a part of the range. */
  readonly difference?: (share: number) => number;
  readonly lagSeconds?: (share: number) => number;
}

const BYTES_PER_COMMAND = 148;
const wave = (x: number): number => Math.sin(x) * 0.6 + Math.sin(x * 2.7 + 1) * 0.3 + Math.sin(x * 7.3) * 0.1;

/** A range of a task that had its ups and downs; the same each time. */
export function history(range: HistoryRange, shape: HistoryShape = {}, nowMs = Date.now()): HistoryPoint[] {
  const {
    commandsPerSecond = 12_400,
    keys = 18_411_204,
    gaps = [],
    difference = () => 0,
    lagSeconds = (share) => 0.3 + 0.2 * wave(share * 90),
  } = shape;
  const { stepMs, points } = HISTORY_RANGES[range];
  const series: HistoryPoint[] = [];
  for (let index = 0; index < points; index += 1) {
    const share = index / (points - 1);
    if (gaps.some(([from, to]) => share > from && share < to)) continue;
    const read = commandsPerSecond * (1 + 0.35 * wave(share * 12) + 0.06 * wave(share * 400));
    const lag = Math.max(0, lagSeconds(share));
    const applied = read * (1 - 0.04 * Math.max(0, wave(share * 300)));
    const differing = difference(share);
    const sourceKeys = Math.round(keys * (0.93 + 0.07 * share));
    series.push({
      atMs: nowMs - (points - 1 - index) * stepMs,
      readCommandsPerSecond: read,
      appliedCommandsPerSecond: applied,
      readBytesPerSecond: read * BYTES_PER_COMMAND,
      appliedBytesPerSecond: applied * BYTES_PER_COMMAND,
      lagSeconds: lag,
      lagBytes: lag * read * BYTES_PER_COMMAND,
      spoolBytes: lag * read * BYTES_PER_COMMAND,
      sourceKeys,
      targetKeys: sourceKeys - differing,
      sourceExpires: Math.round(sourceKeys * 0.11),
      targetExpires: Math.round(sourceKeys * 0.11),
      difference: Math.abs(differing),
    });
  }
  return series;
}

import type { HistoryPoint } from '../../../../shared/model/history.ts';

/** A point at which there was nothing, but for what is given. */
export const historyPoint = (point: Partial<HistoryPoint> & { readonly atMs: number }): HistoryPoint => ({
  readCommandsPerSecond: 0,
  appliedCommandsPerSecond: 0,
  readBytesPerSecond: 0,
  appliedBytesPerSecond: 0,
  copyCommandsPerSecond: null,
  copyReadBytesPerSecond: null,
  copyAppliedBytesPerSecond: null,
  lagSeconds: 0,
  lagBytes: 0,
  spoolBytes: 0,
  sourceKeys: 0,
  targetKeys: 0,
  sourceExpires: 0,
  targetExpires: 0,
  keysMissing: 0,
  keysExtra: 0,
  ...point,
});

import { z } from 'zod';

/** What a chart shows of a task, one point of it: the mean of the rates, the maximum of the lag, the last of the counts. */
export const historyPointSchema = z.object({
  atMs: z.number(),
  readCommandsPerSecond: z.number(),
  appliedCommandsPerSecond: z.number(),
  readBytesPerSecond: z.number(),
  appliedBytesPerSecond: z.number(),
  lagSeconds: z.number(),
  lagBytes: z.number(),
  spoolBytes: z.number(),
  sourceKeys: z.number(),
  targetKeys: z.number(),
  sourceExpires: z.number(),
  targetExpires: z.number(),
  /** Keys without expiry, as in `Drift`. */
  difference: z.number(),
});
export type HistoryPoint = Readonly<z.infer<typeof historyPointSchema>>;

export type HistoryRange = '5m' | '1h' | '24h';

/** Points at most 300 apart from each other in equal steps. A step without a report has no point: the task did not run. */
export const HISTORY_RANGES: Readonly<
  Record<HistoryRange, { readonly stepMs: number; readonly points: number }>
> = {
  '5m': { stepMs: 1000, points: 300 },
  '1h': { stepMs: 12_000, points: 300 },
  '24h': { stepMs: 300_000, points: 288 },
};

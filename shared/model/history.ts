import { z } from 'zod';
import type { DatabaseCount, Metrics, Phase } from './metrics.ts';
import { permanentDelta } from './steady-drift.ts';

/**
 * What a chart shows of a task, one point of it: the mean of the rates, the maximum of the lag, the last of the counts. What a full copy
 * moves and what the stream moves are told apart, so that neither sets the scale of the other; null says that there was none of it.
 */
export const historyPointSchema = z.object({
  atMs: z.number(),
  /** Of the stream. */
  readCommandsPerSecond: z.number().nullable(),
  appliedCommandsPerSecond: z.number().nullable(),
  readBytesPerSecond: z.number().nullable(),
  appliedBytesPerSecond: z.number().nullable(),
  /** Of a full copy. */
  copyCommandsPerSecond: z.number().nullable(),
  copyReadBytesPerSecond: z.number().nullable(),
  copyAppliedBytesPerSecond: z.number().nullable(),
  lagSeconds: z.number(),
  lagBytes: z.number(),
  spoolBytes: z.number(),
  sourceKeys: z.number(),
  targetKeys: z.number(),
  sourceExpires: z.number(),
  targetExpires: z.number(),
  /** Keys without expiry that the target lacks, added up over the databases that lack some; null until the full copy is over. */
  keysMissing: z.number().nullable(),
  /** Those that the target has beyond the source, as a negative number; databases do not cancel each other out. */
  keysExtra: z.number().nullable(),
});
export type HistoryPoint = Readonly<z.infer<typeof historyPointSchema>>;

/** The last `spanMs` up to `endMs`, which is now for ever where it is null. */
export const historyWindowSchema = z.object({
  spanMs: z
    .number()
    .int()
    .min(1)
    .max(10 * 366 * 86_400_000),
  endMs: z.number().int().nullable(),
});
export type HistoryWindow = Readonly<z.infer<typeof historyWindowSchema>>;

export interface HistoryTier {
  readonly stepMs: number;
  /** As many steps are kept. */
  readonly points: number;
}

/** 10 minutes in seconds, an hour in 12 s, a day in 5 min, 30 days in 2 h. A step without a report has no point: the task did not run. */
export const HISTORY_TIERS: readonly HistoryTier[] = [
  { stepMs: 1000, points: 600 },
  { stepMs: 12_000, points: 300 },
  { stepMs: 300_000, points: 288 },
  { stepMs: 7_200_000, points: 360 },
];

export const spanOf = ({ stepMs, points }: HistoryTier): number => stepMs * points;

/** The finest tier that reaches back to the beginning of a window, or the one that reaches back furthest. */
export function tierFor({ spanMs, endMs }: HistoryWindow, nowMs: number): HistoryTier {
  const backMs = spanMs + (endMs === null ? 0 : Math.max(0, nowMs - endMs));
  return HISTORY_TIERS.find((tier) => spanOf(tier) >= backMs) ?? HISTORY_TIERS.at(-1)!;
}

/** In these what is moved is the full copy's, and what the target holds is neither what it had nor what the source has. */
const COPYING: ReadonlySet<Phase> = new Set(['receiving', 'asking', 'full-copy', 'clearing']);
const COPIED: ReadonlySet<Phase> = new Set(['catching-up', 'in-step']);

/** Whether a full copy is unfinished: one that was interrupted is until the stream is applied. */
export const copyUnfinished = (phase: Phase, before: boolean): boolean =>
  COPYING.has(phase) || (before && !COPIED.has(phase));

const NO_STREAM = {
  readCommandsPerSecond: null,
  appliedCommandsPerSecond: null,
  readBytesPerSecond: null,
  appliedBytesPerSecond: null,
};
const NO_COPY = {
  copyCommandsPerSecond: null,
  copyReadBytesPerSecond: null,
  copyAppliedBytesPerSecond: null,
};

export type TaskFigures = Omit<HistoryPoint, keyof KeyFigures | 'atMs'>;
export type KeyFigures = Pick<
  HistoryPoint,
  'sourceKeys' | 'targetKeys' | 'sourceExpires' | 'targetExpires' | 'keysMissing' | 'keysExtra'
>;

/** What a report tells of the whole task. */
export function taskFiguresOf({ phase, read, applied, lag, spool }: Metrics): TaskFigures {
  const traffic = COPYING.has(phase)
    ? {
        ...NO_STREAM,
        copyCommandsPerSecond: applied.commandsPerSecond,
        copyReadBytesPerSecond: read.bytesPerSecond,
        copyAppliedBytesPerSecond: applied.bytesPerSecond,
      }
    : {
        ...NO_COPY,
        readCommandsPerSecond: read.commandsPerSecond,
        appliedCommandsPerSecond: applied.commandsPerSecond,
        readBytesPerSecond: read.bytesPerSecond,
        appliedBytesPerSecond: applied.bytesPerSecond,
      };
  return { ...traffic, lagSeconds: lag.seconds, lagBytes: lag.bytes, spoolBytes: spool.bytes };
}

/** What counts tell of some databases together. `copying`: see `copyUnfinished`. */
export function keyFiguresOf(counts: readonly DatabaseCount[], copying: boolean): KeyFigures {
  const sums = { sourceKeys: 0, targetKeys: 0, sourceExpires: 0, targetExpires: 0 };
  let missing = 0;
  let extra = 0;
  for (const count of counts) {
    sums.sourceKeys += count.sourceKeys;
    sums.targetKeys += count.targetKeys;
    sums.sourceExpires += count.sourceExpires;
    sums.targetExpires += count.targetExpires;
    const delta = permanentDelta(count);
    if (delta > 0) missing += delta;
    else extra += delta;
  }
  return { ...sums, keysMissing: copying ? null : missing, keysExtra: copying ? null : extra };
}

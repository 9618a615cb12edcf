import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';
import { compareLevelSchema } from './comparison.ts';
import { STATUSES_BY_URGENCY, type TaskStatus } from './task-status.ts';

/** `closed`: the application did not run, or ended without a word of what the task did last. */
export type BandStatus = TaskStatus | 'closed';

const bandStatusSchema = z.enum(['closed', ...STATUSES_BY_URGENCY] as readonly BandStatus[]);

/** What a task was by its own judgement (judgement.ts), and from when to when; the last one lasts. */
export const activityBandSchema = z.object({
  status: bandStatusSchema,
  fromMs: z.number(),
  /** null while it lasts. */
  toMs: z.number().nullable(),
  /** Of a full copy: the first of the task is 1. */
  copy: z.number().int().min(1).optional(),
});
export type ActivityBand = Readonly<z.infer<typeof activityBandSchema>>;

export const activityComparisonSchema = z.object({
  fromMs: z.number(),
  toMs: z.number().nullable(),
  /** What was looked at; see comparison.ts. */
  level: compareLevelSchema,
  outcome: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** null where it has not come to an end. */
  differences: z.number().int().nullable(),
});
export type ActivityComparison = Readonly<z.infer<typeof activityComparisonSchema>>;

export const activityFaultSchema = z.object({
  atMs: z.number(),
  code: errorCodeSchema,
  severity: z.enum(['warning', 'error']),
  text: z.string(),
});
export type ActivityFault = Readonly<z.infer<typeof activityFaultSchema>>;

/** At these the oldest goes. */
export const MOST_BANDS = 1000;
export const MOST_COMPARISONS = 200;
export const MOST_FAULTS = 500;

/** What has become of a task since it first ran, as it was recorded. */
export const activitySchema = z.object({
  /** Oldest first, one after the other. */
  bands: z.array(activityBandSchema),
  comparisons: z.array(activityComparisonSchema),
  faults: z.array(activityFaultSchema),
  /** Full copies so far, those included that are no longer kept. */
  copies: z.number().int().min(0),
  /** Earlier bands are no longer kept; null while all are. */
  keptFromMs: z.number().nullable(),
});
export type Activity = Readonly<z.infer<typeof activitySchema>>;

export const NO_ACTIVITY: Activity = {
  bands: [],
  comparisons: [],
  faults: [],
  copies: 0,
  keptFromMs: null,
};

import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';
import { metricsSchema, PHASES } from './metrics.ts';
import { taskQuestionSchema } from './task-question.ts';
import { idSchema, profileSchema } from './profile.ts';
import { sentinelAddressSchema } from './task-spec.ts';
import { settingChangeSchema } from './setting-change.ts';
import { targetStandingSchema } from './target-standing.ts';

/**
 * What a task is doing, as its owner sees it. `restarting`: its engine died and is about to be started again.
 * `completed`: it was to make a full copy only, and has. `releasing`: no run works for it, and its target is handed over.
 */
export const taskStateSchema = z.enum([
  'stopped',
  'starting',
  'running',
  'paused',
  'stopping',
  'restarting',
  'failed',
  'completed',
  'releasing',
]);
export type TaskState = z.infer<typeof taskStateSchema>;

/**
 * What a difference of the keys without expiry means now. `in-flight`: changes are on their way; `expiry`: only keys that
 * expire differ; `own-keys`: the target had keys of its own; `evicted`: the target has removed keys to make room, so that it holds less,
 * whatever the counts say; `real`: in step, and yet they differ.
 */
export const driftVerdictSchema = z.enum([
  'unknown',
  'none',
  'expiry',
  'in-flight',
  'own-keys',
  'evicted',
  'real',
]);
export type DriftVerdict = z.infer<typeof driftVerdictSchema>;

export const driftSchema = z.object({
  verdict: driftVerdictSchema,
  /** Keys without expiry, source minus target, over all databases; absolute values are added, so databases do not cancel out. */
  difference: z.number().nullable(),
  /** The same of the keys that expire. */
  expiringDifference: z.number().nullable(),
  /** When the keys were counted that this is said of; null before they were. */
  countedAtMs: z.number().nullable(),
  lastZeroAtMs: z.number().nullable(),
});
export type Drift = Readonly<z.infer<typeof driftSchema>>;

/** A fault as it is told to people; title, cause and remedy are in the error catalogue. */
export const faultSchema = z.object({ code: errorCodeSchema, fact: z.string(), atMs: z.number() });
export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** What a comparison of every key has come to. */
export const comparedSchema = z.object({
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  differences: z.number(),
  /** Nothing differs, and nothing kept moving out of sight. */
  equal: z.boolean(),
});
export type Compared = Readonly<z.infer<typeof comparedSchema>>;

export const SPARK_POINTS = 60;

/** What of a task changes from one second to the next while it runs. */
export const taskReportSchema = z.object({
  id: idSchema,
  state: taskStateSchema,
  phase: z.enum(PHASES),
  /** When the present state and phase began. */
  sinceMs: z.number(),
  /** The phases of this run in the order in which they began; the last 50. */
  timeline: z.array(z.object({ phase: z.enum(PHASES), atMs: z.number() })),
  /** The last report of this run, or of the run before it; null before the first one. */
  metrics: metricsSchema.nullable(),
  drift: driftSchema,
  /** Until when a full copy has replaced what the target holds, or when a side became another server: what was compared before is gone. */
  renewed: z.object({ atMs: z.number(), by: z.enum(['copy', 'servers']) }).nullable(),
  /** Applied commands per second over the last minute, oldest first; at most SPARK_POINTS. */
  spark: z.array(z.number()),
  /** What it waits to be answered, in its phase `asking`. */
  question: taskQuestionSchema.nullable(),
  /** What is being retried at the moment, and until when; null where it is waited for as long as it lasts. */
  trouble: z.object({ ...faultSchema.shape, giveUpAtMs: z.number().nullable() }).nullable(),
});
export type TaskReport = Readonly<z.infer<typeof taskReportSchema>>;

export const taskViewSchema = z.object({
  ...profileSchema.omit({ wanted: true }).shape,
  ...taskReportSchema.shape,
  /** When this run began, or the last one; null before the first one. */
  startedAtMs: z.number().nullable(),
  /** Why it stands failed. */
  failure: faultSchema.nullable(),
  targetStanding: targetStandingSchema,
  /** Settings of the target that the task has changed and not set back yet; left out for none. */
  changedSettings: z.array(settingChangeSchema).optional(),
  /** The last comparison that came to an end since the application started. */
  compared: comparedSchema.nullable(),
  /** The last run ended since the source had become a replica of the target: there is nothing left to follow. */
  moved: z.boolean(),
  /** Where Sentinels said last that the servers are; null where none were asked since the application started. */
  foundAt: z.object({ source: sentinelAddressSchema.nullable(), target: sentinelAddressSchema.nullable() }),
  /** It ran when the application ended, and waits for somebody to say that it is to go on. */
  resumeOffered: z.boolean(),
  /** Secrets that are needed and not known, since this machine keeps none: they have to be given to start. */
  missingSecrets: z.array(z.enum(['source', 'target'])),
});
export type TaskView = Readonly<z.infer<typeof taskViewSchema>>;

/** True while an engine works, or is about to work, for the task. */
export const isActive = (state: TaskState): boolean =>
  state !== 'stopped' && state !== 'failed' && state !== 'completed';

/** True while a run works, or is about to work: its figures are those of now. */
export const isAtWork = (state: TaskState): boolean => isActive(state) && state !== 'releasing';

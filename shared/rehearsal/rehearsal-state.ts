import { z } from 'zod';
import { faultSchema } from '../model/task-view.ts';
import { idSchema } from '../model/profile.ts';
import { gateSchema } from './gate.ts';
import { rehearsalChoiceSchema } from './rehearsal-choice.ts';
import { reportSchema, rehearsedStepSchema, stepIdSchema } from './report.ts';
import { runSummarySchema } from './run-summary.ts';

/** What a rehearsal waits for until its user has answered. */
export const rehearsalQuestionSchema = z.discriminatedUnion('type', [
  /** The pair is in step: the link to the source is cut once this is agreed to. */
  z.object({ type: z.literal('cut') }),
  /**
   * The target is free to be used; agreed to is the end of that. `reachMs`: for about so long the source keeps what it writes meanwhile; null
   * where that is not known.
   */
  z.object({ type: z.literal('free'), reachMs: z.number().nullable() }),
  /** All that the target holds may be replaced by a new copy; `keys` is null where nobody could count them. */
  z.object({ type: z.literal('copy-again'), why: z.string(), keys: z.number().nullable() }),
  /** So many keys of the target may be removed. */
  z.object({ type: z.literal('clean'), keys: z.number() }),
  /** Nothing stands in the way of giving the source up. */
  z.object({ type: z.literal('cut-over') }),
]);
export type RehearsalQuestion = Readonly<z.infer<typeof rehearsalQuestionSchema>>;

/** A report with what its run is compared with: the one before of the same kind and pair. */
export const toldRunSchema = z.object({ report: reportSchema, last: runSummarySchema.nullable() });
export type ToldRun = Readonly<z.infer<typeof toldRunSchema>>;

/** The rehearsal of a task, or of two servers of a set-up: the one that runs, or the last one. */
export const rehearsalStateSchema = z.object({
  /** The task, or the set-up that has the two servers. */
  ownerId: idSchema,
  /** `ending`: it was asked to break off, and is putting its servers down. `failed`: it never came to a report. */
  status: z.enum(['none', 'running', 'ending', 'ended', 'failed']),
  choice: rehearsalChoiceSchema.nullable(),
  /** The servers that it is between, as addresses. */
  between: z.object({ source: z.string(), target: z.string() }).nullable(),
  startedAtMs: z.number().nullable(),
  /** Those that have ended, in the order in which they did; while it runs. */
  steps: z.array(rehearsedStepSchema),
  /** The one under way. `beganMs`: since the rehearsal began. */
  step: z.object({ id: stepIdSchema, beganMs: z.number() }).nullable(),
  /** Of a cutover that waits. */
  gate: gateSchema.nullable(),
  question: rehearsalQuestionSchema.nullable(),
  run: toldRunSchema.nullable(),
  /** Whether a task can be made of what stands on the target. */
  keepable: z.boolean(),
  fault: faultSchema.nullable(),
});
export type RehearsalState = Readonly<z.infer<typeof rehearsalStateSchema>>;

/** Of each task, and of each pair of servers; one more removes the oldest. */
export const MOST_KEPT_REHEARSALS = 10;

export const noRehearsal = (ownerId: string): RehearsalState => ({
  ownerId,
  status: 'none',
  choice: null,
  between: null,
  startedAtMs: null,
  steps: [],
  step: null,
  gate: null,
  question: null,
  run: null,
  keepable: false,
  fault: null,
});

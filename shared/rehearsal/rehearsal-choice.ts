import { z } from 'zod';
import { DEFAULT_GOALS, goalsSchema, type RehearsalKind } from './report.ts';

const MOST_MS = 24 * 3_600_000;
const durationSchema = z.number().int().min(0).max(MOST_MS);

/** What a page may name as an own check: an address that answers, or a port that is open. Commands are for the command line alone. */
export const CHECK_ADDRESS = /^(https?:\/\/[^\s@]+|tcp:\/\/[^\s@]+:\d{1,5})$/i;

/** What is rehearsed, and how; all times in ms. */
export const rehearsalChoiceSchema = z.discriminatedUnion('kind', [
  /** `inStepForMs`: how long the pair is kept in step before it is compared. */
  z.object({ kind: z.literal('copy'), goals: goalsSchema, inStepForMs: durationSchema }),
  z.object({
    kind: z.literal('failover'),
    goals: goalsSchema,
    check: z.string().max(2000).regex(CHECK_ADDRESS).optional(),
    /** How long the own check may take. */
    checkMs: durationSchema,
  }),
  z.object({
    kind: z.literal('cutover'),
    goals: goalsSchema,
    /** How long the checklist is waited for. */
    waitForMs: durationSchema,
    /** How long nothing may have been behind, and nobody may have written. */
    steadyForMs: durationSchema,
    comparedWithinMs: durationSchema,
  }),
]);
export type RehearsalChoice = Readonly<z.infer<typeof rehearsalChoiceSchema>>;
export type ChoiceOf<K extends RehearsalKind> = Extract<RehearsalChoice, { readonly kind: K }>;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** What each kind is begun with unless something else is asked for; the command line has the same. */
export const DEFAULT_CHOICES: { readonly [K in RehearsalKind]: ChoiceOf<K> } = {
  copy: { kind: 'copy', goals: DEFAULT_GOALS, inStepForMs: 10 * SECOND_MS },
  failover: { kind: 'failover', goals: DEFAULT_GOALS, checkMs: MINUTE_MS },
  cutover: {
    kind: 'cutover',
    goals: DEFAULT_GOALS,
    waitForMs: 10 * MINUTE_MS,
    steadyForMs: MINUTE_MS,
    comparedWithinMs: 10 * MINUTE_MS,
  },
};

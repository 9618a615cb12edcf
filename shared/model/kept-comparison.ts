import { z } from 'zod';
import { compareLevelSchema } from './comparison.ts';

/** A comparison whose result was kept, in a few figures. */
export const keptComparisonSchema = z.object({
  /** Tells it from the others of its owner. */
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  level: compareLevelSchema,
  equal: z.boolean(),
  differencesTotal: z.number(),
  sourceKeys: z.number(),
  targetKeys: z.number(),
  /** The servers as addresses: those of a set-up may have become others since. */
  between: z.object({ source: z.string(), target: z.string() }),
});
export type KeptComparison = Readonly<z.infer<typeof keptComparisonSchema>>;

/** Of each task, and of each pair of servers; one more removes the oldest. */
export const MOST_KEPT_COMPARISONS = 10;

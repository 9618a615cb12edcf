import { z } from 'zod';
import { activitySchema } from '../../../shared/model/activity.ts';

/** A step, and its numbers in the order of the columns. */
const rowsSchema = z.array(z.array(z.number().nullable()));

const storedTierSchema = z.object({
  stepMs: z.number().int().min(1),
  task: rowsSchema,
  totals: rowsSchema,
  databases: z.array(z.object({ db: z.number().int().min(0), counts: rowsSchema })),
});
export type StoredTier = z.infer<typeof storedTierSchema>;

const storedFiguresSchema = z.object({ copying: z.boolean(), tiers: z.array(storedTierSchema) });
export type StoredFigures = z.infer<typeof storedFiguresSchema>;

export const HISTORY_VERSION = 1;

/** The past of one task as its file holds it. */
export const storedHistorySchema = z.object({
  version: z.literal(HISTORY_VERSION),
  /** When it was written: until then the task is known to have been what its last band says. */
  atMs: z.number(),
  activity: activitySchema,
  figures: storedFiguresSchema,
});
export type StoredHistory = z.infer<typeof storedHistorySchema>;

import { z } from 'zod';
import { CHECK_IDS } from './checks.ts';

export const checkIdSchema = z.enum(CHECK_IDS);
export type CheckId = z.infer<typeof checkIdSchema>;

/**
 * `failure` blocks the start; `warning` has to be looked at and ignored by its name; `notice` tells something that is good
 * to know; `skipped` could not be looked at, with the reason in `found`.
 */
export const checkStatusSchema = z.enum(['pass', 'notice', 'warning', 'failure', 'skipped']);
export type CheckStatus = z.infer<typeof checkStatusSchema>;

const mendSchema = z.object({
  /** Where it is to be done. */
  where: z.enum(['source', 'target', 'here']),
  /** What to do, as a sentence. */
  text: z.string(),
  /** The exact command, to be copied. Never holds a secret. */
  command: z.string().optional(),
});
export type Mend = Readonly<z.infer<typeof mendSchema>>;

export const checkResultSchema = z.object({
  id: checkIdSchema,
  status: checkStatusSchema,
  /** What was found, with its figures: `maxmemory is 1.0 GB, the source uses 3.2 GB`. */
  found: z.string(),
  mends: z.array(mendSchema),
  tookMs: z.number(),
});
export type CheckResult = Readonly<z.infer<typeof checkResultSchema>>;

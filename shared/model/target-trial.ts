import { z } from 'zod';

/** What came of writing a key of the tool's own to each server of a target, reading it back, and removing it. */
export const targetTrialSchema = z.object({
  connectMs: z.number(),
  /** The slowest server's. */
  writeMs: z.number(),
  readMs: z.number(),
  /** How many servers have answered: one, or the primaries of a cluster. */
  servers: z.number().int(),
  /** Whether others had written to the target since it was handed over, before this did. */
  writes: z.enum(['none', 'some', 'unknown']),
});
export type TargetTrial = Readonly<z.infer<typeof targetTrialSchema>>;

/** What was removed of a target. */
export const targetCleanedSchema = z.object({
  keys: z.number().int(),
  libraries: z.number().int(),
});
export type TargetCleaned = Readonly<z.infer<typeof targetCleanedSchema>>;

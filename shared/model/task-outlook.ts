import { z } from 'zod';

/** What the next start of a task would come to, as both servers stand. */
export const taskOutlookSchema = z.object({
  /** When they were looked at. */
  atMs: z.number(),
  /** `unknown`: a side could not be looked at, or does not tell. */
  start: z.enum(['first-copy', 'resume', 'new-copy', 'unknown']),
  /** Why a new full copy is needed although the task ran before. */
  reason: z.string().nullable(),
  /** In the databases of the task, the tool's own left out; null where they could not be counted. */
  sourceKeys: z.number().nullable(),
  targetKeys: z.number().nullable(),
  /** Whether others have written to the target since the task handed it over. */
  writes: z.enum(['none', 'some', 'unknown']),
  /** Why a side could not be looked at. */
  faults: z.array(z.string()),
});
export type TaskOutlook = Readonly<z.infer<typeof taskOutlookSchema>>;

import { z } from 'zod';

/** What a source keeps of its stream for whoever comes back. */
export const backlogReachSchema = z.object({
  bytes: z.number(),
  /** How long a task that stops can be resumed, by what the source writes a second; null while it writes next to nothing. */
  ms: z.number().nullable(),
});
export type BacklogReach = Readonly<z.infer<typeof backlogReachSchema>>;

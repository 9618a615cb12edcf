import { z } from 'zod';

/** What a task asks while it waits: whether a new full copy may remove so much from the target. */
export const taskQuestionSchema = z.object({
  /** Keys that the new snapshot brings. */
  snapshotKeys: z.number().int().min(0),
  /** Keys of the task on the target. */
  targetKeys: z.number().int().min(0),
  /** Those of them that the snapshot does not have, so that they would be removed. */
  goneKeys: z.number().int().min(0),
});
export type TaskQuestion = Readonly<z.infer<typeof taskQuestionSchema>>;

import { z } from 'zod';
import { profileSchema, taskSettingsSchema } from '../model/profile.ts';
import { targetStandingSchema } from '../model/target-standing.ts';

/** As many as an application takes. */
export const MOST_FILE_TASKS = 500;

/**
 * A task as it leaves its machine: what it was set up with, and what its target is owed, so that it goes on elsewhere as it would here.
 * Whether a server has secrets is told, and never what they are.
 */
export const exportedTaskSchema = z.object({
  ...taskSettingsSchema.shape,
  ...profileSchema.pick({
    id: true,
    name: true,
    label: true,
    source: true,
    target: true,
    group: true,
    dailyComparison: true,
  }).shape,
  /** null where it never ran. */
  startedAtMs: z.number().nullable(),
  targetStanding: targetStandingSchema,
  moved: z.boolean(),
});
export type ExportedTask = Readonly<z.infer<typeof exportedTaskSchema>>;

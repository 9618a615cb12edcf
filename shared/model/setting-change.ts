import { z } from 'zod';

/**
 * A setting of a target that a task has changed by CONFIG SET, for as long as it holds late expiry there. This is the whole list of what
 * Lockstep ever changes so; everything else that it wants otherwise it only says.
 */
export const settingChangeSchema = z.object({
  setting: z.enum(['import-mode']),
  from: z.string(),
  to: z.string(),
  /** When a run of the task said so first. */
  atMs: z.number(),
});
export type SettingChange = Readonly<z.infer<typeof settingChangeSchema>>;

/** With this one; one that is there already stays as it is. */
export const withChange = (changes: readonly SettingChange[], change: SettingChange): SettingChange[] =>
  changes.some(({ setting }) => setting === change.setting) ? [...changes] : [...changes, change];

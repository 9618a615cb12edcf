import { z } from 'zod';
import { keyNameSchema } from './key-name.ts';

/** Keys that are asked for at once; more are refused. */
export const MOST_ASKED_KEYS = 20_000;

/** What is to be done about keys of a task: copy what the source has, or remove what only the target has. */
export const repairKindSchema = z.enum(['copy', 'remove']);
export type RepairKind = z.infer<typeof repairKindSchema>;

export const namedKeySchema = z.object({
  /** By its number on the target. */
  db: z.number().int().min(0),
  key: keyNameSchema,
});
export type NamedKeyText = Readonly<z.infer<typeof namedKeySchema>>;

/** What has become of a key that was asked for. */
export const repairOutcomeSchema = z.enum([
  /** It is as the source has it. */
  'copied',
  /** The source does not have it, and it was removed. */
  'removed',
  /** To be copied, and the source does not have it. */
  'not-on-source',
  /** To be removed, and the source has it. */
  'on-source',
  /** It was on the target before the task, and is none of the source's. */
  'kept',
  /** It is in none of the task's databases, or one of the tool's own. */
  'not-of-task',
  /** Its value, with those that the source uses together with it, is larger than is read at once. */
  'too-large',
  /** Something else was in the way. */
  'not-done',
]);
export type RepairOutcome = z.infer<typeof repairOutcomeSchema>;

/** Keys of a request that are listed one by one. */
export const MOST_LISTED_KEYS = 1000;

export const repairedKeySchema = z.object({ ...namedKeySchema.shape, outcome: repairOutcomeSchema });
export type RepairedKey = Readonly<z.infer<typeof repairedKeySchema>>;

/** The last request of a task to bring keys, and what has come of it. */
export const repairStateSchema = z.object({
  taskId: z.string(),
  status: z.enum(['none', 'running', 'done', 'cut-short']),
  kind: repairKindSchema.nullable(),
  total: z.number().int(),
  left: z.number().int(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** How many keys of each outcome. */
  counts: z.partialRecord(repairOutcomeSchema, z.number().int()),
  /** The first of them. */
  keys: z.array(repairedKeySchema).max(MOST_LISTED_KEYS),
  /** Why keys were not done. */
  reason: z.string().nullable(),
});
export type RepairState = Readonly<z.infer<typeof repairStateSchema>>;

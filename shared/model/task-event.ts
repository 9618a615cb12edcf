import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';

export const EVENT_SEVERITIES = ['info', 'success', 'warning', 'error'] as const;

/** One line of a task's log. */
export const taskEventSchema = z.object({
  /** Counts up within a task. */
  number: z.number().int(),
  atMs: z.number(),
  severity: z.enum(EVENT_SEVERITIES),
  /** Set for a fault; its remedy is in the error catalogue. */
  code: errorCodeSchema.optional(),
  text: z.string(),
});
export type TaskEvent = Readonly<z.infer<typeof taskEventSchema>>;
export type EventSeverity = TaskEvent['severity'];

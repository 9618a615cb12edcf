import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/catalogue.ts';
import type { Metrics } from '../model/metrics.ts';
import { taskSpecSchema } from '../model/task-spec.ts';

/** What a host tells an engine over its port. */
export const engineCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), spec: taskSpecSchema }),
  /** `drain` applies what the source has written so far, then stops; `now` stops at the last checkpoint. */
  z.object({ type: z.literal('stop'), how: z.enum(['drain', 'now']) }),
]);
export type EngineCommand = z.infer<typeof engineCommandSchema>;

export const outcomeSchema = z.object({
  reason: z.enum(['caught-up', 'full-copy', 'stopped']),
  /** A later run of the same task goes on from here. */
  resumable: z.boolean(),
  replid: z.string(),
  offset: z.number(),
  keysCopied: z.number(),
  commandsApplied: z.number(),
  fullCopies: z.number(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

const errorCodeSchema = z.custom<ErrorCode>(
  (value) => typeof value === 'string' && Object.hasOwn(ERROR_CATALOGUE, value),
);

/** What an engine tells its host. */
export const engineEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('metrics'),
    metrics: z.custom<Metrics>((value) => typeof value === 'object' && value !== null),
  }),
  z.object({
    type: z.literal('event'),
    atMs: z.number(),
    severity: z.enum(['info', 'warning']),
    /** Set when the event is a fault that is being retried. */
    code: errorCodeSchema.optional(),
    text: z.string(),
  }),
  z.object({ type: z.literal('finished'), outcome: outcomeSchema }),
  z.object({ type: z.literal('failed'), code: errorCodeSchema, fact: z.string(), resumable: z.boolean() }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;

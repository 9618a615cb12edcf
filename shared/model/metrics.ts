import { z } from 'zod';
import { backlogReachSchema } from './backlog-reach.ts';

/** Where a task stands, in the order in which it comes by. */
export const PHASES = [
  'connecting',
  'receiving',
  'asking',
  'full-copy',
  'clearing',
  'catching-up',
  'in-step',
  'paused',
  'reconnecting',
  'releasing',
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];

const databaseCountSchema = z.object({
  db: z.number().int(),
  sourceKeys: z.number(),
  sourceExpires: z.number(),
  targetKeys: z.number(),
  targetExpires: z.number(),
});
export type DatabaseCount = Readonly<z.infer<typeof databaseCountSchema>>;

const flowSchema = z.object({
  commandsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  commands: z.number(),
  bytes: z.number(),
});

/** What the engine reports once a second. Rates are per second over the last report's interval. */
export const metricsSchema = z.object({
  atMs: z.number(),
  phase: z.enum(PHASES),
  copy: z.object({
    bytesDone: z.number(),
    /** undefined when the source does not say (diskless). */
    bytesTotal: z.number().optional(),
    bytesReceived: z.number(),
    keysDone: z.number(),
    /** As the snapshot announces it, so far. */
    keysExpected: z.number().optional(),
    remainingMs: z.number().optional(),
  }),
  read: flowSchema,
  applied: flowSchema,
  offsets: z.object({ source: z.number(), received: z.number(), applied: z.number() }),
  lag: z.object({ bytes: z.number(), seconds: z.number() }),
  spool: z.object({ bytes: z.number(), diskBytes: z.number() }),
  databases: z.array(databaseCountSchema).readonly(),
  /** When they were counted, which is earlier than the report while a side does not answer. */
  countedAtMs: z.number().optional(),
  /** As the source was last seen; undefined where it does not tell. */
  backlog: backlogReachSchema.extend({ atMs: z.number() }).optional(),
  /** Keys that the target has evicted since the full copy: the source still has them. */
  evictedKeys: z.number(),
  /** Function libraries of the source that the target goes without by consent, as it knows none. */
  librariesLeftOut: z.number(),
  /** Faults met so far that healed or are being retried. */
  faults: z.number(),
  rssBytes: z.number(),
});

type Deep<T> = T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T;
export type Metrics = Deep<z.infer<typeof metricsSchema>>;

import { z } from 'zod';
import { backlogReachSchema } from './backlog-reach.ts';
import { feedSchema, MOST_FEEDS } from './feed.ts';
import { laneSchema, MOST_LANES } from './lane.ts';
import { flowSchema, lagSchema, offsetsSchema, spoolSchema } from './figures.ts';
import { PHASES } from './phase.ts';
import { unsettledSlotsSchema } from './unsettled-slots.ts';

export { PHASES, type Phase } from './phase.ts';

const databaseCountSchema = z.object({
  /** By its number on the target. */
  db: z.number().int(),
  /** Its number on the source, where that is another one. */
  sourceDb: z.number().int().optional(),
  sourceKeys: z.number(),
  sourceExpires: z.number(),
  targetKeys: z.number(),
  targetExpires: z.number(),
});
export type DatabaseCount = Readonly<z.infer<typeof databaseCountSchema>>;

/**
 * What the engine reports once a second. Of a source that is a cluster flows, counts and what waits are added up over its shards, the
 * phase is that of the one that is furthest from being in step, and the lag in seconds that of the one that is furthest behind.
 */
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
  /** Of a source that is a cluster each is a sum, which says how far they are apart and is no place in any stream. */
  offsets: offsetsSchema,
  lag: lagSchema,
  spool: spoolSchema,
  /** When the source last told how far it is, so how old the lag is; left out before it has, and where it tells none. */
  sourceAtMs: z.number().optional(),
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
  /** Shard by shard; left out where the source is one server. */
  feeds: z.array(feedSchema).max(MOST_FEEDS).readonly().optional(),
  /** Node by node of a target that is a cluster; left out where it is one server, and before the stream was written to it. */
  lanes: z.array(laneSchema).max(MOST_LANES).readonly().optional(),
  /** Of a side that is a cluster, as it was last looked at; left out where its slots are settled. Of a target it is told while it is waited for. */
  unsettled: z
    .object({ source: unsettledSlotsSchema.optional(), target: unsettledSlotsSchema.optional() })
    .optional(),
});

type Deep<T> = T extends object ? { readonly [K in keyof T]: Deep<T[K]> } : T;
export type Metrics = Deep<z.infer<typeof metricsSchema>>;

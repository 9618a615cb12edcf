import { z } from 'zod';
import { flowSchema, lagSchema, offsetsSchema, spoolSchema } from './figures.ts';
import { PHASES } from './phase.ts';

/** Nodes that a cluster has at most, by what its makers say. */
export const MOST_FEEDS = 1_000;
/** Every other slot by itself takes about half of this. */
const MOST_SLOTS_CHARS = 100_000;

/** `0-5460,5462`; `-` for none. */
export const slotsSchema = z.string().min(1).max(MOST_SLOTS_CHARS);

/** One shard of a source that is a cluster, as the part of the task that follows it stands. */
export const feedSchema = z.object({
  /** The part's number, from 1 on; it stays the same over restarts. */
  part: z.number().int().min(1),
  /** `0-5460,5462`: the slots that it vouches for; `-` for none. */
  slots: slotsSchema,
  /** `host:port` of the node that it is read of, as it was last found: the shard's primary, or a replica. */
  at: z.string().min(1),
  /** That is a replica; left out where it is the primary. */
  ofReplica: z.literal(true).optional(),
  phase: z.enum(PHASES),
  lag: lagSchema,
  offsets: offsetsSchema,
  read: flowSchema,
  applied: flowSchema,
  /** Of the full copy. */
  keysDone: z.number(),
  spool: spoolSchema,
  /** It is begun anew, since slots have moved: its figures are those that it had, and its lag grows. Left out where it is not. */
  anew: z.boolean().optional(),
});
export type Feed = Readonly<z.infer<typeof feedSchema>>;

/** What a source whose link was cut had a moment after that, and the target never got. See Outcome. */
export const lossSchema = z.object({ bytes: z.number(), seconds: z.number() });
export type Loss = Readonly<z.infer<typeof lossSchema>>;

/** Where one shard of a source that is a cluster stands on the target at the end of a run. */
export const feedEndSchema = z.object({
  slots: slotsSchema,
  replid: z.string(),
  offset: z.number(),
  lost: lossSchema.optional(),
});
export type FeedEnd = Readonly<z.infer<typeof feedEndSchema>>;

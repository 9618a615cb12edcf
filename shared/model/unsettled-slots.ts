import { z } from 'zod';
import { MOST_FEEDS, slotsSchema } from './feed.ts';

/** Pairs of nodes between which slots are on their way; more are left out. */
export const MOST_MOVES = MOST_FEEDS;

/** Slots of a cluster that are not one node's, and no other's, at the moment. */
export const unsettledSlotsSchema = z.object({
  /** On their way, by the two ends: `host:port` each, empty where only the other end tells of it. */
  moves: z
    .array(z.object({ slots: slotsSchema, from: z.string(), to: z.string() }))
    .max(MOST_MOVES)
    .readonly(),
  /** That belong to no node. */
  ofNobody: slotsSchema,
  /** That several primaries take for their own. */
  ofSeveral: slotsSchema,
});
export type UnsettledSlots = Readonly<z.infer<typeof unsettledSlotsSchema>>;

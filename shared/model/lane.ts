import { z } from 'zod';
import { MOST_FEEDS, slotsSchema } from './feed.ts';

/** Nodes of a target, which is a cluster like any other. */
export const MOST_LANES = MOST_FEEDS;

/**
 * One node of a target that is a cluster, as the stream is written to it. Told while the stream is applied, and as it was last while
 * that is interrupted. Of a source that is a cluster the streams of all shards are added up.
 */
export const laneSchema = z.object({
  /** `host:port` of the node. */
  at: z.string().min(1),
  /** `0-5460,5462`: the slots that are written there. */
  slots: slotsSchema,
  /** Of what the source has written so far, how much the node has not answered for; other nodes' commands are among it. */
  behindBytes: z.number(),
  /** Given to the node since the stream was last taken up. */
  commands: z.number(),
  commandsPerSecond: z.number(),
  /** The node is away while the others go on; left out while it is there. */
  away: z
    .object({
      sinceMs: z.number(),
      /** In words that follow a colon. */
      reason: z.string(),
      /** The command that waits for it, and with it what is for the other nodes; empty while none does. */
      heldUpBy: z.string(),
    })
    .optional(),
});
export type LaneFigures = Readonly<z.infer<typeof laneSchema>>;

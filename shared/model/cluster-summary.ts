import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';

/** One node of a cluster as a connection test shows it. */
export const nodeSummarySchema = z.object({
  id: z.string(),
  /** What it announces, `host:port`. */
  address: z.string(),
  /** Where it was asked; the same unless the address map says otherwise. */
  reachedAt: z.string(),
  role: z.enum(['primary', 'replica']),
  /** Of a replica: what its primary announces; null where that is not known. */
  replicatesFrom: z.string().nullable(),
  /** `0-5460`, cut where there are many ranges; empty for none. */
  slots: z.string(),
  slotCount: z.number().int(),
  /** What the other nodes say of it. */
  health: z.enum(['well', 'suspected', 'failed', 'joining', 'lost']),
  /** null where the node could not be asked, or does not tell. */
  version: z.string().nullable(),
  usedMemoryBytes: z.number().nullable(),
  roundTripMs: z.number().nullable(),
  /** Why it could not be asked. */
  fault: z.object({ code: errorCodeSchema, fact: z.string() }).nullable(),
});
export type NodeSummary = Readonly<z.infer<typeof nodeSummarySchema>>;

/** A cluster as a connection test shows it. */
export const clusterSummarySchema = z.object({
  /** Primaries that have slots. */
  shards: z.number().int(),
  /** Slots that belong to nobody. */
  uncoveredSlots: z.number().int(),
  /** Slots on their way from one primary to another. */
  movingSlots: z.number().int(),
  /** Shard by shard: the primary, then its replicas; at the end primaries without slots. */
  nodes: z.array(nodeSummarySchema).readonly(),
});
export type ClusterSummary = Readonly<z.infer<typeof clusterSummarySchema>>;

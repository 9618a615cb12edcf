import { z } from 'zod';
import { clusterSummarySchema } from './cluster-summary.ts';

/** What a connection test shows of a server; of a cluster memory and keys are those of all its primaries. */
export const serverSummarySchema = z.object({
  product: z.enum(['Redis', 'Valkey']),
  version: z.string(),
  /** `host:port` where it was found; null where it was looked at under the very address that was given. */
  foundAt: z.string().nullable(),
  role: z.enum(['primary', 'replica']),
  /** `host:port` of the primary when it is a replica. */
  replicatesFrom: z.string().nullable(),
  cluster: z.boolean(),
  /** Of a cluster; left out where the user may not run CLUSTER NODES. */
  topology: clusterSummarySchema.optional(),
  loading: z.boolean(),
  usedMemoryBytes: z.number().nullable(),
  /** 0 is without limit; null where the server does not tell. */
  maxMemoryBytes: z.number().nullable(),
  modules: z.array(z.string()),
  databases: z.array(z.object({ db: z.number().int(), keys: z.number(), expires: z.number() })),
  roundTripMs: z.number(),
  uptimeSeconds: z.number().nullable(),
});
export type ServerSummary = Readonly<z.infer<typeof serverSummarySchema>>;

import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';
import { clusterSummarySchema } from './cluster-summary.ts';

/** What one Sentinel says of where the primary is. */
export const sentinelWordSchema = z.object({
  /** Its own, `host:port`. */
  address: z.string(),
  /** `host:port` of the primary; null where it does not say. */
  names: z.string().nullable(),
  /** Why it does not. */
  fault: z.object({ code: errorCodeSchema, fact: z.string() }).nullable(),
});
export type SentinelWord = Readonly<z.infer<typeof sentinelWordSchema>>;

/** What a connection test shows of a server; of a cluster memory and keys are those of all its primaries. */
export const serverSummarySchema = z.object({
  product: z.enum(['Redis', 'Valkey']),
  version: z.string(),
  /** `host:port` where it was found; null where it was looked at under the very address that was given. */
  foundAt: z.string().nullable(),
  /** Of a server that Sentinels were asked for: what each of them says. */
  sentinels: z.array(sentinelWordSchema).optional(),
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

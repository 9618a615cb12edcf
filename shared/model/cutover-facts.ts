import { z } from 'zod';

/** The most clients, users and libraries that are told by name; all are counted. */
export const MOST_TOLD = 200;

const clientSchema = z.object({
  /** `host:port`, as the server sees it. */
  address: z.string(),
  /** As it has named itself; empty where it has not. */
  name: z.string(),
  /** Empty before 6.0. */
  user: z.string(),
  /** Its last command. */
  command: z.string(),
  /** That command changes data. */
  writes: z.boolean(),
  idleSeconds: z.number(),
});
export type CutoverClient = Readonly<z.infer<typeof clientSchema>>;

/** One side as it is before a cutover; null is what it does not tell. Of a cluster what its primaries tell, put together. */
const sideSchema = z.object({
  /** Writes that it has run since it was started, replicated ones and expiry left out. */
  writes: z.number().nullable(),
  offset: z.number().nullable(),
  /** Neither replicas, nor Sentinels, nor connections of Lockstep. */
  clients: z.object({ total: z.number(), told: z.array(clientSchema).max(MOST_TOLD) }).nullable(),
  /** How many primaries it has. */
  servers: z.number().int(),
  /** `AOF`, `RDB`, `AOF and RDB` or `none`; `none on 1 of 3, RDB on 2 of 3` where nodes of a cluster differ, as other texts are. */
  persistence: z.string().nullable(),
  /** Of all primaries, links of Lockstep left out. */
  replicas: z.number(),
  policy: z.string().nullable(),
  users: z.array(z.string()).max(MOST_TOLD).nullable(),
  libraries: z.array(z.string()).max(MOST_TOLD).nullable(),
  /** What clients notice, by its name in the configuration. */
  settings: z.record(z.string(), z.string()),
});
export type CutoverSide = Readonly<z.infer<typeof sideSchema>>;

export const cutoverFactsSchema = z.object({
  atMs: z.number(),
  source: sideSchema.nullable(),
  target: sideSchema.nullable(),
});
export type CutoverFacts = Readonly<z.infer<typeof cutoverFactsSchema>>;

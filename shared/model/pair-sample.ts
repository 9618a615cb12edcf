import { z } from 'zod';

/** What both servers were like at one moment of a rehearsal; of a cluster the worst of its primaries, and sums of bytes. */
export const pairSampleSchema = z.object({
  atMs: z.number(),
  /** null where the side could not be asked. */
  source: z
    .object({
      /** Round trip of a PING. */
      latencyMs: z.number(),
      /** How often it has forked since it started; null before 6.2, which does not tell. */
      forks: z.number().nullable(),
      /** How long the last fork held it up; null where it does not tell. */
      forkMs: z.number().nullable(),
      /** What stands in its output buffers for replicas; null before 7.0, which does not tell. */
      replicaBufferBytes: z.number().nullable(),
    })
    .nullable(),
  target: z.object({ usedMemoryBytes: z.number().nullable() }).nullable(),
});
export type PairSample = Readonly<z.infer<typeof pairSampleSchema>>;

import { z } from 'zod';

/** Rates are per second over the last report's interval; the others since the run began. */
export const flowSchema = z.object({
  commandsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  commands: z.number(),
  bytes: z.number(),
});
/** Of the source's replication stream. */
export const offsetsSchema = z.object({ source: z.number(), received: z.number(), applied: z.number() });
export const lagSchema = z.object({ bytes: z.number(), seconds: z.number() });
export const spoolSchema = z.object({ bytes: z.number(), diskBytes: z.number() });

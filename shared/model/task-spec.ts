import { z } from 'zod';
import { addressRuleSchema, MOST_RULES } from './address-map.ts';
import { databaseMapSchema } from './database-map.ts';
import { DEFAULT_SMALL_MS, LEAST_SMALL_MS, MOST_SMALL_MS } from './lateness.ts';
import { MOST_SENTINELS, PRIMARY_NAME } from './sentinel-group.ts';

export const sentinelAddressSchema = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
});

const sentinelGroupSchema = z.object({
  nodes: z.array(sentinelAddressSchema).min(1).max(MOST_SENTINELS).readonly(),
  name: z.string().regex(PRIMARY_NAME),
  user: z.string().optional(),
  password: z.string().optional(),
  tls: z.boolean(),
});

const endpointFields = {
  user: z
    .string()
    .optional()
    .transform((value) => value),
  password: z
    .string()
    .optional()
    .transform((value) => value),
  tls: z.boolean(),
  tlsOptions: z
    .object({
      ca: z.string().optional(),
      certificate: z.string().optional(),
      key: z.string().optional(),
      serverName: z.string().optional(),
      verify: z.boolean(),
    })
    .optional(),
  db: z.number().int().min(0),
  addressMap: z.array(addressRuleSchema).max(MOST_RULES).readonly().optional(),
};

/** Either at a host and a port, or found by Sentinels, which leaves these empty. */
export const endpointSchema = z
  .object({
    ...endpointFields,
    host: z.string(),
    port: z.number().int().min(0).max(65535),
    sentinel: sentinelGroupSchema.optional(),
  })
  .refine(
    ({ host, port, sentinel }) => (sentinel ? host === '' && port === 0 : host !== '' && port !== 0),
    'neither a host with a port nor Sentinels',
  );

/** Everything the engine is told about a task. Passwords travel in it over the port and are kept nowhere. */
export const taskSpecSchema = z.object({
  task: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x21-\x7e]+$/),
  source: endpointSchema,
  target: endpointSchema,
  /** Databases to take; undefined takes all. */
  databases: z.array(z.number().int().min(0)).optional(),
  /** Which of them go into a database of another number. */
  databaseMap: databaseMapSchema.optional(),
  /** What to do with keys that stand on the target when the task begins. */
  existing: z.enum(['fail', 'overwrite']),
  /** Whether a flush on the source may remove keys of the target that are not from the source. */
  onFlush: z.enum(['stop', 'apply']),
  /** What to do with function libraries where the target knows none; left out is `fail`. */
  functions: z.enum(['fail', 'skip']).optional(),
  /** Whether import-mode of a Valkey target is used, so that expiry there is exact; left out is `leave`. */
  importMode: z.enum(['use', 'leave']).optional(),
  /**
   * Of a source that is a cluster: whether the stream of a shard is read of its primary, or of a replica where it has one that is well; left
   * out is `primaries`.
   */
  readFrom: z.enum(['primaries', 'replicas']).optional(),
  /** `caught-up` ends once the target has what the source had; `stopped` goes on until told to stop. */
  until: z.enum(['caught-up', 'stopped']),
  /** How much of its keys on the target a new full copy may remove without asking, in percent; left out, half of them. */
  allowShrinkPercent: z.number().min(0).max(100).optional(),
  /** Somebody can be asked while the task runs; otherwise it ends where an answer is needed. */
  asks: z.boolean().optional(),
  /**
   * The name of a request for a new full copy although the task could go on. It is kept in the checkpoint, so that it is made once, however
   * often the task is started with it.
   */
  copyAgain: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/)
    .optional(),
  /** Only the full copy, no stream. */
  fullOnly: z.boolean(),
  /** How long a fault that may heal is retried. */
  retryForMs: z.number().int().min(0),
  spoolDir: z.string().min(1),
  spoolMaxBytes: z
    .number()
    .int()
    .min(1024 * 1024),
  /** How late expiry on the target may be while the task is in step; left out is DEFAULT_SMALL_MS. */
  expiryLateMs: z.number().int().min(LEAST_SMALL_MS).max(MOST_SMALL_MS).optional(),
  /** What is sent to the target; 0 is without limit. */
  maxCommandsPerSecond: z.number().int().min(0),
  /** The same in bytes, left out is without limit; the engine keeps to at least 64 KB/s. */
  maxBytesPerSecond: z.number().int().min(0).optional(),
});

export type TaskSpec = z.infer<typeof taskSpecSchema>;

export const smallBoundMs = (spec: Pick<TaskSpec, 'expiryLateMs'>): number =>
  spec.expiryLateMs ?? DEFAULT_SMALL_MS;

import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';
import { bothContentsSchema } from '../model/contents.ts';
import { lossSchema, MOST_FEEDS, slotsSchema } from '../model/feed.ts';
import { checkStatusSchema } from '../model/precheck.ts';
import { gateSchema } from './gate.ts';

/** What is rehearsed: a full copy, the loss of the source, or a planned move. */
export const rehearsalKindSchema = z.enum(['copy', 'failover', 'cutover']);
export type RehearsalKind = z.infer<typeof rehearsalKindSchema>;

/** What is to be met: how long until the target serves, and how much of the source's last writes it may lack. */
export const goalsSchema = z.object({ rtoMs: z.number().int().min(0), rpoMs: z.number().int().min(0) });
export type Goals = Readonly<z.infer<typeof goalsSchema>>;
export const DEFAULT_GOALS: Goals = { rtoMs: 60_000, rpoMs: 5_000 };

/** One server, or a cluster as a whole, as it was seen. Holds no secret. */
const sideSchema = z.object({
  /** As it was given, without credentials. */
  address: z.string(),
  product: z.enum(['Redis', 'Valkey']),
  version: z.string(),
  cluster: z.boolean(),
  /** Of a cluster: its primaries that have slots; left out where that is not known. */
  shards: z.number().int().optional(),
  keys: z.number(),
  /** null where the server does not tell. */
  usedMemoryBytes: z.number().nullable(),
});
export type RehearsedSide = Readonly<z.infer<typeof sideSchema>>;

/** In the order in which they come by; each kind has some of them. */
export const STEP_IDS = [
  'look',
  'precheck',
  'connect',
  'copy',
  'catch-up',
  'in-step',
  'compare',
  'gate',
  'drain',
  'noticed',
  'rest-applied',
  'expiry-exact',
  'answers',
  'own-check',
  'free',
  'go-on',
  'copy-again',
  'clean',
] as const;
export const stepIdSchema = z.enum(STEP_IDS);
export type StepId = z.infer<typeof stepIdSchema>;

/** What took how long. `began`: in ms since the rehearsal began. A step that was broken off is `failed`. */
export const rehearsedStepSchema = z.object({
  id: stepIdSchema,
  beganMs: z.number(),
  tookMs: z.number(),
  state: z.enum(['done', 'failed']),
  /** In plain words, what is to be known of it. */
  note: z.string().optional(),
});
export type RehearsedStep = Readonly<z.infer<typeof rehearsedStepSchema>>;

/** Of how many readings, half of them, 99 % of them and all of them are at most this. */
const spreadSchema = z.object({ count: z.number(), p50: z.number(), p99: z.number(), worst: z.number() });
export type Spread = Readonly<z.infer<typeof spreadSchema>>;

/** What the source was asked every half second. */
const loadSchema = z.object({
  /** Round trips of a PING in ms: before the copy, while it was made, and after it. null where nothing was read. */
  latencyMs: z.object({
    before: spreadSchema.nullable(),
    copying: spreadSchema.nullable(),
    after: spreadSchema.nullable(),
  }),
  /** How long the fork of the snapshot held the source up; null where it made none, or does not tell. */
  forkMs: z.number().nullable(),
  /** The most that stood in its output buffers for replicas, ours among them; null where it does not tell. */
  replicaBufferBytes: z.number().nullable(),
});
export type SourceLoad = Readonly<z.infer<typeof loadSchema>>;

/** The most faults that a report lists; all are counted. */
export const MOST_FAULTS = 200;

export const reportSchema = z.object({
  form: z.literal(1),
  /** A random name of this run. */
  id: z.string(),
  kind: rehearsalKindSchema,
  /** The version of Lockstep. */
  version: z.string(),
  task: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  /** null where a side was never reached. */
  source: sideSchema.nullable(),
  target: sideSchema.nullable(),
  steps: z.array(rehearsedStepSchema).readonly(),
  goals: goalsSchema,
  /** Checks of the precheck that did not pass. */
  checks: z.array(z.object({ title: z.string(), status: checkStatusSchema, found: z.string() })).readonly(),
  copy: z
    .object({
      keys: z.number(),
      bytes: z.number(),
      /** Over the time of the copy. */
      keysPerSecond: z.number(),
      bytesPerSecond: z.number(),
    })
    .nullable(),
  /** In seconds, read once a second from the first moment in step on. */
  lagSeconds: spreadSchema.nullable(),
  load: loadSchema.nullable(),
  comparison: z
    .object({ equal: z.boolean(), compared: z.number(), differences: z.number(), tookMs: z.number() })
    .nullable(),
  /** What either side held when the two were compared; left out where they were not. Names of the largest keys, and no values. */
  contents: bothContentsSchema.optional(),
  /**
   * What the target never got of what the source had when it was asked right after the loss. `seconds`: how old the first of it was, at most.
   * `commands`: by the mean size of those before; null where that is not known. `written`: what the source wrote a second then.
   */
  rpo: z
    .object({
      bytes: z.number(),
      seconds: z.number(),
      commands: z.number().nullable(),
      written: z.object({ commandsPerSecond: z.number(), bytesPerSecond: z.number() }).optional(),
      /** Of a source that is a cluster. */
      shards: z
        .array(lossSchema.extend({ slots: slotsSchema }))
        .max(MOST_FEEDS)
        .readonly()
        .optional(),
    })
    .nullable(),
  /** From the loss of the source, or from the last write on it, until the target served. */
  rtoMs: z.number().nullable(),
  /** What the user's own check said; null where none was named. */
  ownCheck: z.object({ status: z.number().nullable(), tookMs: z.number(), passed: z.boolean() }).nullable(),
  gate: gateSchema.nullable(),
  faults: z.object({
    total: z.number(),
    listed: z.array(z.object({ atMs: z.number(), text: z.string() })).readonly(),
  }),
  /** Why it ended before its end. */
  failure: z.object({ code: errorCodeSchema, fact: z.string() }).nullable(),
  /** What has become of the target, in a sentence. */
  afterwards: z.string(),
});
export type RehearsalReport = Readonly<z.infer<typeof reportSchema>>;

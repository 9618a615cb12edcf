import { dailyComparisonSchema } from './daily-comparison.ts';
import { z } from 'zod';
import { databaseMapSchema } from './database-map.ts';
import { addressMapProblem, MOST_RULES } from './address-map.ts';
import { DEFAULT_SMALL_MS, LEAST_SMALL_MS, MOST_SMALL_MS } from './lateness.ts';
import { MOST_SENTINELS } from './sentinel-group.ts';
import { primaryNameProblem, sentinelsProblem } from './server-address.ts';

/** An id as this application makes them: short, printable, and fit for a key of Redis or the name of a file. */
export const idSchema = z.string().regex(/^[a-z0-9-]{1,40}$/);

const pemSchema = z.string().max(200_000);

/**
 * One server as it is stored and shown, without its secrets: whether there is a password is told, the password never.
 * `id` is `source`, or a target's id within its draft; in a task they are `source` and `target`.
 */
const endpointFields = {
  id: idSchema,
  /** `server`: at a host and a port; `sentinels`: where these say that it is. What belongs to the other kind counts for nothing. */
  kind: z.enum(['server', 'sentinels']),
  /** `host:port`, one a line. */
  sentinels: z.string().max(MOST_SENTINELS * 270),
  /** What the Sentinels call the primary. */
  primaryName: z.string().max(200),
  /** User, password and TLS of the Sentinels, which are not those of the server. */
  sentinelUser: z.string().max(500),
  hasSentinelPassword: z.boolean(),
  sentinelTls: z.boolean(),
  /** The ACL user; empty is the server's default user. */
  user: z.string().max(500),
  hasPassword: z.boolean(),
  tls: z.boolean(),
  /** PEM texts; empty where there is none. */
  ca: pemSchema,
  certificate: pemSchema,
  hasKey: z.boolean(),
  /** Empty takes the host. */
  serverName: z.string().max(255),
  verify: z.boolean(),
  /** Of a cluster: where its nodes are reached from here (address-map.ts), `announced=reached` a line; empty for none. */
  addressMap: z.string().max(MOST_RULES * 520),
};

/** An address that a task can use. */
export const endpointViewSchema = z
  .object({
    ...endpointFields,
    addressMap: endpointFields.addressMap.refine((text) => addressMapProblem(text) === undefined),
    /** Empty and 0 where Sentinels tell where it is. */
    host: z.string().max(255),
    port: z.number().int().min(0).max(65535),
  })
  .refine(
    (view) =>
      view.kind === 'server'
        ? view.host !== '' && view.port !== 0
        : sentinelsProblem(view) === undefined && primaryNameProblem(view) === undefined,
    'neither a host with a port nor Sentinels with a name',
  );
export type EndpointView = Readonly<z.infer<typeof endpointViewSchema>>;

/** The same while it is being filled in. */
export const endpointFormSchema = z.object({
  ...endpointFields,
  host: z.string().max(255),
  port: z.number().int().min(0).max(99_999).nullable(),
});
export type EndpointForm = z.infer<typeof endpointFormSchema>;

/** Changes of one server's secrets: left out keeps what is stored, null removes it. They travel in, never out. */
export const secretChangesSchema = z.object({
  password: z.string().max(10_000).nullable().optional(),
  key: pemSchema.nullable().optional(),
  sentinelPassword: z.string().max(10_000).nullable().optional(),
});
export type SecretChanges = Readonly<z.infer<typeof secretChangesSchema>>;

export const MOST_TARGETS = 8;
const MAX_DATABASE = 1_048_575;
export const MIN_SPOOL_BYTES = 1024 * 1024;

/** Of a task, in characters. */
export const LONGEST_NAME = 100;
const nameSchema = z.string().trim().min(1).max(LONGEST_NAME);
/** What tasks are gathered by in the list, as their user likes; in characters. Empty is none. */
export const LONGEST_LABEL = 60;
const labelSchema = z.string().trim().max(LONGEST_LABEL);
const databasesSchema = z.array(z.number().int().min(0).max(MAX_DATABASE)).min(1).max(1024).nullable();

/** What a task does, apart from where. */
export const taskSettingsSchema = z.object({
  /** null takes all. */
  databases: databasesSchema,
  /** Those of them that go into a database of another number. */
  databaseMap: databaseMapSchema,
  existing: z.enum(['fail', 'overwrite']),
  onFlush: z.enum(['stop', 'apply']),
  /** What to do with function libraries of the source where the target knows none. */
  functions: z.enum(['fail', 'skip']),
  fullOnly: z.boolean(),
  retryForMinutes: z.number().int().min(1).max(14_400),
  /** How late keys may go on the target while the task is in step. */
  expirySlackSeconds: z
    .number()
    .int()
    .min(LEAST_SMALL_MS / 1000)
    .max(MOST_SMALL_MS / 1000),
  /** Whether expiry is exact on a Valkey target by its import-mode. */
  importMode: z.enum(['leave', 'use']),
  /** Of a source that is a cluster: whose stream is read, of each shard. */
  readFrom: z.enum(['primaries', 'replicas']),
  /** 0 is without limit. */
  maxCommandsPerSecond: z.number().int().min(0).max(100_000_000),
  maxBytesPerSecond: z
    .number()
    .int()
    .min(0)
    .max(1024 ** 4),
  spoolMaxBytes: z
    .number()
    .int()
    .min(MIN_SPOOL_BYTES)
    .max(1024 ** 5),
  /** A folder of the machine on which the application runs; empty takes the default. */
  spoolDir: z.string().max(4096),
});
export type TaskSettings = Readonly<z.infer<typeof taskSettingsSchema>>;

/** A warning of the precheck that somebody decided to ignore. */
export const ignoredWarningSchema = z.object({ check: z.string(), found: z.string(), atMs: z.number() });
export type IgnoredWarning = Readonly<z.infer<typeof ignoredWarningSchema>>;

/** Tasks that have the same source and were set up as one: a name in each of them, so a group is there as long as one of them is. */
export const groupSchema = z.object({ id: idSchema, name: nameSchema });
export type Group = Readonly<z.infer<typeof groupSchema>>;

/** A task as it is stored. */
export const profileSchema = z.object({
  ...taskSettingsSchema.shape,
  id: idSchema,
  name: nameSchema,
  source: endpointViewSchema,
  target: endpointViewSchema,
  ignoredWarnings: z.array(ignoredWarningSchema),
  createdAtMs: z.number(),
  /** What the user wants of it: a task that is to run is offered to be resumed when the application starts. */
  wanted: z.enum(['running', 'paused', 'stopped']),
  /** Between two demonstration servers, which end with the application. */
  sandbox: z.boolean(),
  /** null for a task that stands alone. */
  group: groupSchema.nullable(),
  /** Left out where it was never given one. */
  label: labelSchema.optional(),
  /** Left out where none is wanted. */
  dailyComparison: dailyComparisonSchema.optional(),
});
export type TaskProfile = Readonly<z.infer<typeof profileSchema>>;

/** What servers are entered for: to make tasks of them, or to compare or rehearse with the two. */
export const draftPurposeSchema = z.enum(['synchronise', 'compare', 'rehearse']);
export type DraftPurpose = z.infer<typeof draftPurposeSchema>;

/** A set-up that is not finished; each field may be empty or wrong as yet. */
export const draftSchema = z.object({
  id: idSchema,
  /** Decided when it is made. */
  purpose: draftPurposeSchema,
  /** The step of the set-up that was open last, from 0. */
  step: z.number().int().min(0).max(4),
  name: z.string().max(200),
  source: endpointFormSchema,
  /** One task each. */
  targets: z.array(endpointFormSchema).min(1).max(MOST_TARGETS),
  databases: z.array(z.number().int().min(0).max(MAX_DATABASE)).max(1024).nullable(),
  databaseMap: databaseMapSchema,
  existing: z.enum(['fail', 'overwrite']),
  onFlush: z.enum(['stop', 'apply']),
  functions: z.enum(['fail', 'skip']),
  fullOnly: z.boolean(),
  retryForMinutes: z.number().nullable(),
  expirySlackSeconds: z.number().nullable(),
  importMode: z.enum(['leave', 'use']),
  readFrom: z.enum(['primaries', 'replicas']),
  maxCommandsPerSecond: z.number().nullable(),
  maxBytesPerSecond: z.number().nullable(),
  spoolMaxBytes: z.number().nullable(),
  spoolDir: z.string().max(4096),
  /** Its tasks are to be members of a group that is there already, and so have its source; else null. */
  joins: groupSchema.nullable(),
  updatedAtMs: z.number(),
});
export type Draft = z.infer<typeof draftSchema>;

export const DEFAULT_PORT = 6379;

/** What a server that no Sentinels tell of has instead of them. */
export const OF_A_SERVER = {
  kind: 'server',
  sentinels: '',
  primaryName: '',
  sentinelUser: '',
  hasSentinelPassword: false,
  sentinelTls: false,
} as const;

/** A fresh endpoint of a form. */
export const emptyEndpoint = (id: string): EndpointForm => ({
  id,
  ...OF_A_SERVER,
  host: '',
  port: DEFAULT_PORT,
  user: '',
  hasPassword: false,
  tls: false,
  ca: '',
  certificate: '',
  hasKey: false,
  serverName: '',
  verify: true,
  addressMap: '',
});

export const DEFAULT_RETRY_MINUTES = 720;
export const DEFAULT_SLACK_SECONDS = DEFAULT_SMALL_MS / 1000;
export const DEFAULT_SPOOL_BYTES = 8 * 1024 ** 3;

/** A fresh set-up, with the defaults of every step. */
export const emptyDraft = (id: string, atMs: number): Draft => ({
  id,
  purpose: 'synchronise',
  step: 0,
  name: '',
  source: emptyEndpoint('source'),
  targets: [emptyEndpoint('target-1')],
  databases: null,
  databaseMap: [],
  existing: 'fail',
  onFlush: 'stop',
  functions: 'fail',
  fullOnly: false,
  retryForMinutes: DEFAULT_RETRY_MINUTES,
  expirySlackSeconds: DEFAULT_SLACK_SECONDS,
  importMode: 'leave',
  readFrom: 'primaries',
  maxCommandsPerSecond: 0,
  maxBytesPerSecond: 0,
  spoolMaxBytes: DEFAULT_SPOOL_BYTES,
  spoolDir: '',
  joins: null,
  updatedAtMs: atMs,
});

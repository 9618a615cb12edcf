import { z } from 'zod';
import { bothContentsSchema } from './contents.ts';
import { keyNameSchema } from './key-name.ts';
import { SLOT_COUNT } from './slot-ranges.ts';

/**
 * How closely a comparison looks: `count` at how many keys there are, `names` at what they are called, `values` at types, values and
 * expiry as well, and `sample` at all of that for keys that chance has chosen.
 */
export const compareLevelSchema = z.enum(['count', 'names', 'values', 'sample']);
export type CompareLevel = z.infer<typeof compareLevelSchema>;

/** What a comparison of two servers tells. All of it is plain data, fit for JSON. */

const findingKindSchema = z.enum([
  'missing-on-target',
  'missing-on-source',
  'type',
  'value',
  'ttl',
  /** The expiry of a hash field. */
  'field-ttl',
  /** A consumer group of a stream, its consumers or its pending entries. */
  'group',
  /** A function library. */
  'function',
]);
export type DifferenceKind = z.infer<typeof findingKindSchema>;

/** How the two sides differ in one key, in a few words each; long values are cut. */
export interface Finding {
  readonly kind: DifferenceKind;
  readonly source: string;
  readonly target: string;
}

export const differenceSchema = z.object({
  kind: findingKindSchema,
  source: z.string(),
  target: z.string(),
  /** By its number on the target; null for a function library, which belongs to no database. */
  db: z.number().int().nullable(),
  /** The key as text, with bytes that are not text escaped (`\xff`); the name of the library for a function. */
  key: z.string(),
  /** All bytes of a name of which `key` shows the first; left out where `key` tells all, and where there are too many. */
  keyBase64: keyNameSchema.optional(),
});
export type Difference = Readonly<z.infer<typeof differenceSchema>>;

/** What a key is now that was found different before. */
export const checkedKeySchema = z.object({
  db: z.number().int(),
  key: keyNameSchema,
  /** null where it is the same on both sides by now. */
  finding: differenceSchema.pick({ kind: true, source: true, target: true }).nullable(),
});
export type CheckedKey = Readonly<z.infer<typeof checkedKeySchema>>;

export const databaseReportSchema = z.object({
  /** By its number on the target. */
  db: z.number().int(),
  /** Its number on the source, where that is another one. */
  sourceDb: z.number().int().optional(),
  /** Keys seen alive on either side, without the tool's own. */
  sourceKeys: z.number(),
  targetKeys: z.number(),
  /** Keys that exist on both sides, and whose values were compared where the level is `values`. */
  compared: z.number(),
  /** At the level `count`: by how many keys the sides differ, so that at least as many keys do. */
  differing: z.number(),
  /** Keys with an expiry; at the level `count` alone. */
  expires: z.object({ source: z.number(), target: z.number() }).optional(),
});
export type DatabaseReport = z.infer<typeof databaseReportSchema>;

/** What was counted in the slots of one shard of a cluster, in all databases that were compared. */
export const shardReportSchema = z.object({
  /** What its primary announces, `host:port`. */
  primary: z.string(),
  /** `0-5460`, cut where there are many ranges. */
  slots: z.string(),
  slotCount: z.number().int(),
  ...databaseReportSchema.omit({ db: true, sourceDb: true, expires: true }).shape,
});
export type ShardReport = z.infer<typeof shardReportSchema>;

/** Of more ranges the first are told. */
export const MOST_SLOT_RANGES = 1000;

/** What was counted in slots that one shard has on either side, where keys in them differ. */
export const slotRangeReportSchema = z.object({
  /** `0-5460` */
  slots: z.string(),
  /** What the primary announces that has them; null for a standalone server. */
  source: z.string().nullable(),
  target: z.string().nullable(),
  ...databaseReportSchema.omit({ db: true, sourceDb: true, expires: true }).shape,
});
export type SlotRangeReport = Readonly<z.infer<typeof slotRangeReportSchema>>;

export const slotReportSchema = z.object({
  ranges: z.array(slotRangeReportSchema).max(MOST_SLOT_RANGES).readonly(),
  rangesTotal: z.number().int(),
  /** Each slot with keys that differ, in order. */
  differing: z
    .array(z.object({ slot: z.number().int(), keys: z.number() }))
    .max(SLOT_COUNT)
    .readonly(),
});
export type SlotReport = Readonly<z.infer<typeof slotReportSchema>>;

/** Of more prefixes the keys count for what they are a part of. */
export const MOST_PREFIXES = 10_000;

/** What was counted of the keys of a database whose names begin alike. */
export const prefixCountsSchema = z.object({
  /** By its number on the target. */
  db: z.number().int(),
  /** With the delimiter at its end; empty for all keys of the database. `*` for a part that looks like a number, where `pattern` is set. */
  prefix: z.string(),
  /** Of how many parts it is. */
  depth: z.number().int(),
  /** Its last part stands for all that look like numbers. */
  pattern: z.boolean(),
  sourceKeys: z.number(),
  targetKeys: z.number(),
  /** Keys that differ, by how: the target lacks them, the source lacks them, … */
  missing: z.number(),
  extra: z.number(),
  value: z.number(),
  type: z.number(),
  expiry: z.number(),
  /** What its keys take in memory, each name once, about; where that was asked for, and a server tells it. */
  bytes: z.number().optional(),
  /** How many of them were measured; the others are taken for as large as those. */
  sizedKeys: z.number().optional(),
});
export type PrefixCounts = Readonly<z.infer<typeof prefixCountsSchema>>;

export const prefixReportSchema = z.object({
  /** What names are divided by in each database; null where nothing divides them. */
  delimiters: z.array(z.object({ db: z.number().int(), delimiter: z.string().nullable() })).readonly(),
  /** Each in front of its parts, those with more keys first. */
  prefixes: z.array(prefixCountsSchema).readonly(),
  /** Keys, of both sides, that count for a shorter prefix than their own, as there were too many. */
  unlistedKeys: z.number(),
  /** False where keys were counted twice, since their slots changed hands; of the differences none was. */
  exact: z.boolean(),
});
export type PrefixReport = Readonly<z.infer<typeof prefixReportSchema>>;

/** What a sample says of all keys. */
export const sampleReportSchema = z.object({
  /** Which part of the keys was to be looked at, from 0 to 1. */
  share: z.number(),
  /** Keys that were looked at: those of the source, and those that the target alone has. */
  keys: z.number(),
  differing: z.number(),
  /** Between which shares of all keys differ, from 0 to 1, and how sure that is. */
  atLeast: z.number(),
  atMost: z.number(),
  confidence: z.number(),
});
export type SampleReport = Readonly<z.infer<typeof sampleReportSchema>>;

export const compareReportSchema = z.object({
  level: compareLevelSchema,
  /** Nothing differs of what was looked at, and nothing kept moving out of sight. */
  equal: z.boolean(),
  /** At the level `sample` alone; all other counts are those of the sample then. */
  sample: sampleReportSchema.optional(),
  databases: z.array(databaseReportSchema).readonly(),
  /** By the shards of either side; empty for a standalone server. */
  shards: z.object({
    source: z.array(shardReportSchema).readonly(),
    target: z.array(shardReportSchema).readonly(),
  }),
  /** Where keys differ, by slots; left out where neither side is a cluster, and it was not asked for. */
  slots: slotReportSchema.optional(),
  /** By what names begin with, where that was asked for. */
  byPrefix: prefixReportSchema.optional(),
  /** What either side holds, where that was asked for; of a sample that alone. */
  contents: bothContentsSchema.optional(),
  /** The first of the differences, at most as many as were asked for. */
  differences: z.array(differenceSchema).readonly(),
  differencesTotal: z.number(),
  /** What was not looked at. */
  leftOut: z.object({
    /** Databases that hold keys on either side, and were not chosen. */
    databases: z.array(z.number().int()).readonly(),
    /** Keys of the tool's own that were met. */
    ownKeys: z.object({ source: z.number(), target: z.number() }),
    /** False where one of the servers knows no function libraries, so that they were not compared. */
    functions: z.boolean(),
    /** Slots of a cluster that changed hands again and again, so that keys in them may have been missed. */
    slots: z.array(z.number().int()).readonly(),
  }),
  durationMs: z.number(),
});
export type CompareReport = Readonly<z.infer<typeof compareReportSchema>>;

export const compareProgressSchema = z.object({
  /** By its number on the target. */
  db: z.number().int(),
  /** Its number on the source, where that is another one. */
  sourceDb: z.number().int().optional(),
  /** `own-keys`: names of the tool's own are looked for among all; `source`: its keys are compared; `target`: its keys are looked up on the source; `reread`: differences are read again. */
  phase: z.enum(['own-keys', 'source', 'target', 'reread']),
  keysDone: z.number(),
  /** The estimate of INFO for the present phase; keys may come and go meanwhile. */
  keysTotal: z.number(),
  /** Differences confirmed so far, in all databases. */
  differences: z.number(),
});
export type CompareProgress = Readonly<z.infer<typeof compareProgressSchema>>;

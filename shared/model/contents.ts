import { z } from 'zod';
import { keyNameSchema } from './key-name.ts';

/** What keys of one side are: counted by type, encoding, expiry, size and slot. All of it is plain data, fit for JSON. */

/** The largest keys that are named. */
export const MOST_LARGEST = 20;
/** Types and encodings that count for themselves; modules may bring any number. */
export const MOST_KINDS = 64;
/** Slots are told in so many bands of the same width. */
export const SLOT_BANDS = 128;
const MOST_FULLEST = 10;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Up to which time to live a key counts for each step; beyond the last stand those that live longer, and those without an end. */
export const EXPIRY_STEPS_MS = [MINUTE_MS, HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS] as const;
const KIB = 1024;
/** Up to how many bytes of memory a key counts for each step; beyond the last stand larger ones. */
export const SIZE_STEPS_BYTES = [128, KIB, 10 * KIB, 100 * KIB, KIB ** 2, 10 * KIB ** 2] as const;

const counted = { keys: z.number(), bytes: z.number() };

export const largeKeySchema = z.object({
  /** By its number on this side. */
  db: z.number().int(),
  /** The key as text, with bytes that are not text escaped (`\xff`). */
  key: z.string(),
  /** All bytes of a name of which `key` shows the first; left out where `key` tells all, and where there are too many. */
  keyBase64: keyNameSchema.optional(),
  type: z.string(),
  bytes: z.number(),
});
export type LargeKey = Readonly<z.infer<typeof largeKeySchema>>;

export const contentsSchema = z.object({
  /** Keys that were looked at, without the tool's own. */
  ...counted,
  /** By the memory that they take, most first. */
  types: z.array(z.object({ type: z.string(), ...counted })).max(MOST_KINDS + 1),
  encodings: z
    .array(z.object({ type: z.string(), encoding: z.string(), keys: z.number() }))
    .max(MOST_KINDS + 1),
  /** `upToMs`: null for those that live longer than the last step. */
  expiry: z.array(z.object({ upToMs: z.number().nullable(), keys: z.number() })),
  withoutExpiry: z.number(),
  /** `upToBytes`: null for those that are larger than the last step. */
  sizes: z.array(z.object({ upToBytes: z.number().nullable(), ...counted })),
  largest: z.array(largeKeySchema).max(MOST_LARGEST),
  slots: z.object({
    /** With at least one key. */
    used: z.number().int(),
    /** Keys in each band of slots, from the first slot to the last. */
    bands: z.array(z.number()).length(SLOT_BANDS),
    fullest: z.array(z.object({ slot: z.number().int(), keys: z.number() })).max(MOST_FULLEST),
  }),
  /** False where the server tells no sizes (before 4.0), which are guessed by lengths then. */
  measured: z.boolean(),
  /** False where keys were counted twice or not at all, since their slots changed hands. */
  exact: z.boolean(),
});
export type Contents = Readonly<z.infer<typeof contentsSchema>>;

export const bothContentsSchema = z.object({ source: contentsSchema, target: contentsSchema });
export type BothContents = Readonly<z.infer<typeof bothContentsSchema>>;

/** What one server or cluster holds. */
export const inspectionSchema = z.object({
  databases: z.array(z.object({ db: z.number().int(), keys: z.number() })).readonly(),
  contents: contentsSchema,
  /** Keys of the tool's own that were met, and not looked at. */
  ownKeys: z.number(),
  durationMs: z.number(),
});
export type Inspection = Readonly<z.infer<typeof inspectionSchema>>;

/** The slots with most keys. */
export function fullestSlots(keys: ArrayLike<number>): { slot: number; keys: number }[] {
  return Array.from(keys, (count, slot) => ({ slot, keys: count }))
    .filter(({ keys: count }) => count > 0)
    .toSorted((a, b) => b.keys - a.keys)
    .slice(0, MOST_FULLEST);
}

import { z } from 'zod';
import { keyNameSchema } from './key-name.ts';

/** What a page of a key's two values tells. All of it is plain data; bytes are in base64. */

/** Rows of one page, without those of stream heads and groups. */
export const MOST_ROWS = 200;
/** Bytes of names and values in one page, both sides together; in base64 they stay below 1 MB. */
export const MOST_PAGE_BYTES = 512 * 1024;
/** Of an element no more is shown. */
export const MOST_CELL_BYTES = 4 * 1024;
/** Of a string as much in one row, and one row in a page. */
export const STRING_PIECE_BYTES = 128 * 1024;
/** What a stream tells of itself and its groups, on its first page. */
export const MOST_GROUP_ROWS = 300;

/** What one side says of the key itself. */
export const keyHeadSchema = z.object({
  /** Who was asked: `host:port`. */
  server: z.string(),
  /** As TYPE tells it; `none` where there is no key, or its time has passed. */
  type: z.string(),
  /** What truly remains; null for a key that never expires, and for none. */
  ttlMs: z.number().nullable(),
  /** Memory that it takes, about; null for none. */
  bytes: z.number().nullable(),
  /** As OBJECT ENCODING tells it; null where it does not. */
  encoding: z.string().nullable(),
  /** Elements, or bytes of a string; null where nobody counts. */
  length: z.number().nullable(),
});
export type KeyHead = Readonly<z.infer<typeof keyHeadSchema>>;

/** Bytes as they are, cut where there are many. */
export const keyCellSchema = z.object({
  base64: z.string(),
  /** Which byte of the whole the first of these is. */
  from: z.number().int(),
  /** Of the whole. */
  size: z.number().int(),
  /** Of a field that expires: what truly remains. */
  ttlMs: z.number().optional(),
});
export type KeyCell = Readonly<z.infer<typeof keyCellSchema>>;

export const keyRowKindSchema = z.enum([
  /** Of a string: bytes from `index` on. */
  'piece',
  /** Of a list. */
  'element',
  'field',
  'member',
  /** Of a sorted set: its value is the score, as text. */
  'score',
  /** Of a stream: its value is text, a field a line. */
  'entry',
  /** What a stream tells of itself, as text. */
  'detail',
  /** A consumer group of a stream, as text. */
  'group',
]);
export type KeyRowKind = z.infer<typeof keyRowKindSchema>;

export const keyRowSchema = z.object({
  kind: keyRowKindSchema,
  /** Of pieces and elements: where. */
  index: z.number().int().nullable(),
  /** Of all others: what is called so. */
  name: keyCellSchema.nullable(),
  /** null where this side has none. */
  source: keyCellSchema.nullable(),
  target: keyCellSchema.nullable(),
  differs: z.boolean(),
});
export type KeyRow = Readonly<z.infer<typeof keyRowSchema>>;

/** Where the next page begins; only an engine makes sense of it. */
export const keyPlaceSchema = z.object({
  /** `source`: what the source has, beside what the target has of it; `target`: what only the target has. */
  phase: z.enum(['source', 'target']),
  at: z.string().max(50),
  skip: z.number().int().min(0),
});
export type KeyPlace = Readonly<z.infer<typeof keyPlaceSchema>>;

/** What is to be read of a key. */
export const keyQuestionSchema = z.object({
  /** By its number on the target. */
  db: z.number().int().min(0),
  key: keyNameSchema,
  /** Elements that are the same on both sides are passed over. */
  differing: z.boolean(),
  /** Where the page before has ended; left out for the first one. */
  place: keyPlaceSchema.optional(),
});
export type KeyQuestion = Readonly<z.infer<typeof keyQuestionSchema>>;

export const keyReadingSchema = z.object({
  source: keyHeadSchema,
  target: keyHeadSchema,
  /** Both expire at the same time, or never. */
  sameExpiry: z.boolean(),
  rows: z.array(keyRowSchema).max(MOST_ROWS + MOST_GROUP_ROWS),
  /** Elements that were looked at for this page. */
  looked: z.number().int(),
  next: keyPlaceSchema.nullable(),
  /** False for values of modules, which only their module can read. */
  readable: z.boolean(),
  atMs: z.number(),
});
export type KeyReading = Readonly<z.infer<typeof keyReadingSchema>>;

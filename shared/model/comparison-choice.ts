import { z } from 'zod';
import { compareLevelSchema } from './comparison.ts';

/** How many keys a sample has: about so many, or this share of all, from 0 to 1. */
export const sampleSizeSchema = z.union([
  z.object({ keys: z.number().int().min(1).max(1_000_000_000) }),
  z.object({ share: z.number().gt(0).max(1) }),
]);
export type SampleSize = Readonly<z.infer<typeof sampleSizeSchema>>;

/** Enough to be 99 % sure of a share of 0.03 % where none of them differs. */
export const DEFAULT_SAMPLE: SampleSize = { keys: 20_000 };

/** One character that divides names. */
export const delimiterSchema = z.string().regex(/^[\x21-\x7e]$/);

/** No server has more to say; what is larger is a slip. */
export const MOST_KEYS_PER_SECOND = 100_000_000;

/** How two sides are to be compared, by whoever asks for it. */
export const comparisonChoiceSchema = z.object({
  level: compareLevelSchema,
  /** For the level `sample`. */
  sample: sampleSizeSchema.optional(),
  /** What names are divided by; found in them where it is left out. */
  delimiter: delimiterSchema.optional(),
  /** Whether either side is counted by types, expiry, sizes and slots as well; not at the level `count`. */
  contents: z.boolean().optional(),
  /** How many keys a second are walked at most; left out without limit. */
  maxKeysPerSecond: z.number().int().min(1).max(MOST_KEYS_PER_SECOND).optional(),
});
export type ComparisonChoice = Readonly<z.infer<typeof comparisonChoiceSchema>>;

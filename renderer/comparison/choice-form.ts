import {
  comparisonChoiceSchema,
  DEFAULT_SAMPLE,
  sampleSizeSchema,
  type ComparisonChoice,
} from '../../shared/model/comparison-choice.ts';
import type { CompareLevel } from '../../shared/model/comparison.ts';

/** How a comparison is asked for, as it is filled in. */
export interface ChoiceForm {
  readonly level: CompareLevel;
  /** null while the field is empty. */
  readonly size: number | null;
  readonly unit: 'keys' | 'percent';
  /** Empty finds it in the names. */
  readonly delimiter: string;
  /** What either side holds is counted as well. */
  readonly contents: boolean;
  /** null without limit. */
  readonly maxKeysPerSecond: number | null;
  /** What is wrong with the size, once somebody wanted to begin. */
  readonly problem: string | undefined;
}

const KEYS = 'keys' in DEFAULT_SAMPLE ? DEFAULT_SAMPLE.keys : null;

/** As it was asked for the last time, or values. */
export function choiceForm(choice: ComparisonChoice | null): ChoiceForm {
  const {
    level = 'values',
    sample,
    delimiter = '',
    contents = false,
    maxKeysPerSecond = null,
  } = choice ?? {};
  const size = sample === undefined ? KEYS : 'keys' in sample ? sample.keys : sample.share * 100;
  const unit = sample !== undefined && 'share' in sample ? 'percent' : 'keys';
  return { level, size, unit, delimiter, contents, maxKeysPerSecond, problem: undefined };
}

/** What is asked for; undefined where the size of the sample does not fit. */
export function choiceOf(form: ChoiceForm): ComparisonChoice | undefined {
  const { level, size, unit, delimiter, contents, maxKeysPerSecond } = form;
  const sample = sampleSizeSchema.safeParse(unit === 'keys' ? { keys: size } : { share: (size ?? 0) / 100 });
  if (level === 'sample' && !sample.success) return undefined;
  const choice = comparisonChoiceSchema.safeParse({
    level,
    ...(level === 'sample' && { sample: sample.data }),
    ...(delimiter !== '' && level !== 'count' && { delimiter }),
    ...(contents && level !== 'count' && { contents }),
    ...(maxKeysPerSecond !== null && level !== 'count' && { maxKeysPerSecond }),
  });
  return choice.data;
}

export const SIZE_PROBLEM = {
  keys: 'A whole number of keys, from 1.',
  percent: 'More than 0 %, at most 100 %.',
};

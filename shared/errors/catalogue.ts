import { APPLICATION_ERRORS } from './catalogue/application-errors.ts';
import { DATA_ERRORS } from './catalogue/data-errors.ts';
import type { ErrorEntry } from './catalogue/entry.ts';
import { INPUT_ERRORS } from './catalogue/input-errors.ts';
import { LOCAL_ERRORS } from './catalogue/local-errors.ts';
import { SOURCE_ERRORS } from './catalogue/source-errors.ts';
import { STANDING_ERRORS } from './catalogue/standing-errors.ts';
import { TARGET_ERRORS } from './catalogue/target-errors.ts';

export { EXIT, type ErrorEntry } from './catalogue/entry.ts';

/** The closed list of everything that can go wrong, in the order in which it is documented. */
export const ERROR_CATALOGUE = {
  ...INPUT_ERRORS,
  ...SOURCE_ERRORS,
  ...DATA_ERRORS,
  ...TARGET_ERRORS,
  ...STANDING_ERRORS,
  ...APPLICATION_ERRORS,
  ...LOCAL_ERRORS,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

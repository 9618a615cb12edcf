import { visible } from '../format/visible.ts';
import { textOf, type Places } from './place-words.ts';
import { ERROR_CATALOGUE, type ErrorCode, type ErrorEntry } from './catalogue.ts';

/**
 * The one error class of the product. `message` is the fact of this occurrence (a key, an address, the
 * server's own words, with every character in sight) and never holds a secret; title, cause and remedy come from the catalogue.
 */
export class LockstepError extends Error {
  readonly code: ErrorCode;
  /** The servers of the work that failed, for the commands in the remedy. */
  places: Places | undefined;

  constructor(code: ErrorCode, fact: string, options?: { cause?: unknown }) {
    super(visible(fact), options);
    this.name = 'LockstepError';
    this.code = code;
  }

  /** What to do, with the real address in its commands as far as that is known. */
  get remedy(): string {
    return textOf(this.code, this.entry.remedy, this.places);
  }

  get entry(): ErrorEntry {
    return ERROR_CATALOGUE[this.code];
  }
}

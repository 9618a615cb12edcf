import type { FieldFault } from '../../shared/contract/frames.ts';
import { RequestError } from '../../shared/contract/request-error.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { plainReason } from '../../shared/errors/plain-reason.ts';

/** Why a request was not done: its words are in the error catalogue. */
export interface RequestFault {
  readonly code: ErrorCode;
  readonly fact: string;
  /** Parameters that did not fit, by their path. */
  readonly fields: readonly FieldFault[];
}

/** Whatever was thrown, as something that can be shown. */
export function asFault(error: unknown): RequestFault {
  if (error instanceof RequestError) return { code: error.code, fact: error.message, fields: error.fields };
  return { code: 'INTERNAL', fact: plainReason(error), fields: [] };
}

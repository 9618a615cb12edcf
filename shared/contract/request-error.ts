import type { ErrorCode } from '../errors/catalogue.ts';
import { LockstepError } from '../errors/lockstep-error.ts';
import type { FieldFault } from './frames.ts';

/** A request that failed. `fields` names what does not fit in its parameters; it is empty for any other failure. */
export class RequestError extends LockstepError {
  readonly fields: readonly FieldFault[];

  constructor(code: ErrorCode, fact: string, fields: readonly FieldFault[] = []) {
    super(code, fact);
    this.name = 'RequestError';
    this.fields = fields;
  }
}

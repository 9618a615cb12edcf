import type { FieldFault } from '../../shared/contract/frames.ts';
import { RequestError } from '../../shared/contract/request-error.ts';

/** @throws RequestError REQUEST_INVALID that says all of the problems, each with its field, when there are any */
export function requireFitting(problems: readonly FieldFault[]): void {
  if (problems.length === 0) return;
  throw new RequestError(
    'REQUEST_INVALID',
    problems.map(({ message }) => message).join(' '),
    problems.map(({ path, message }) => ({ path, message })),
  );
}

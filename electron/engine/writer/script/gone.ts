import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import type { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const GONE: ReadonlySet<ErrorCode> = new Set(['TARGET_LINK_LOST', 'TARGET_UNREACHABLE']);

/** The node is not there, or does not answer; what one does answer is another matter. */
export const isGone = ({ code }: LockstepError): boolean => GONE.has(code);

import type { EngineCommand, EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { asLockstepError, stackOf } from '../../../shared/errors/plain-reason.ts';

/** What an engine does: one job in its life. */
export interface Job {
  /** A command that came after the one that began the job; what does not concern it is ignored. */
  command(command: EngineCommand): void;
  /** Nobody listens any more. */
  abandon(): void;
  /** Resolves after the job's last message. Never rejects. */
  readonly ended: Promise<void>;
}

export type Send = (event: EngineEvent) => void;

/** The last message of a job that failed. */
export function failed(error: unknown, resumable: boolean): Extract<EngineEvent, { type: 'failed' }> {
  const known = asLockstepError(error);
  noteForMakers(error);
  return { type: 'failed', code: known.code, fact: known.message, resumable };
}

/** The stack of a fault of ours goes where the host keeps it; on a terminal a person reads, and has its words. */
function noteForMakers(error: unknown): void {
  const stack = stackOf(error);
  if (stack !== undefined && (!process.stderr.isTTY || process.env['LOCKSTEP_STACKS'] === '1'))
    process.stderr.write(`${stack}\n`);
}

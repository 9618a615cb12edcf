import type { EngineCommand, EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

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
export function failed(error: unknown, resumable: boolean): EngineEvent {
  const known = error instanceof LockstepError ? error : new LockstepError('INTERNAL', String(error));
  return { type: 'failed', code: known.code, fact: known.message, resumable };
}

import type { EngineCommand, EngineEvent } from '../../shared/contract/engine-messages.ts';
import { engineEventSchema } from '../../shared/contract/engine-messages.ts';

/** A running engine, as a host sees it: a utility process in the window, a forked child without one, or a member of a group's. */
export interface EngineProcess {
  send(command: EngineCommand): void;
  onMessage(listener: (message: unknown) => void): void;
  /** It has ended; `status` is null when a signal ended it. `why` says more, where more is known. */
  onExit(listener: (status: number | null, why?: string) => void): void;
  kill(): void;
}

/** Starts an engine process; each host has its own way. */
export type StartEngine = () => EngineProcess;

/** Reads what an engine sent. @throws ZodError for what is not of the contract */
export function parseEngineEvent(message: unknown): EngineEvent {
  return engineEventSchema.parse(message);
}

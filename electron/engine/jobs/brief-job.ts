import type { EngineCommand, EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { failed, type Job, type Send } from './job.ts';

/**
 * A job that ends with one message and may be cut short at any moment, mostly since it only reads. `stop` ends it at once with
 * INTERRUPTED; the signal tells the work. Other commands are for `onCommand`.
 */
export function briefJob(
  send: Send,
  work: (signal: AbortSignal) => Promise<EngineEvent>,
  onCommand?: (command: EngineCommand) => void,
): Job {
  const stop = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () =>
      reject(new LockstepError('INTERRUPTED', 'it was asked to stop')),
    );
  });
  const ended = Promise.race([work(stop.signal), stopped]).then(send, (error: unknown) =>
    send(failed(error, false)),
  );
  return {
    command: (command) => {
      if (command.type === 'stop') stop.abort();
      else onCommand?.(command);
    },
    abandon: () => stop.abort(),
    ended,
  };
}

import type { EngineEvent, Outcome } from '../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { parseEngineEvent, type StartEngine } from './engine-process.ts';

export interface RunningTask {
  /** Resolves when the task has ended as asked. Rejects with LockstepError. */
  readonly outcome: Promise<Outcome>;
  stop(how: 'drain' | 'now'): void;
}

/** Runs one task in an engine process of its own and passes its reports on. */
export function runTask(
  start: StartEngine,
  spec: TaskSpec,
  onEvent: (event: EngineEvent) => void,
): RunningTask {
  const engine = start();
  const outcome = new Promise<Outcome>((resolve, reject) => {
    engine.onMessage((message) => {
      const event = parseEngineEvent(message);
      onEvent(event);
      if (event.type === 'ready') engine.send({ type: 'start', spec });
      else if (event.type === 'finished') resolve(event.outcome);
      else if (event.type === 'failed') reject(new LockstepError(event.code, event.fact));
    });
    engine.onExit((status) => {
      reject(
        new LockstepError(
          'ENGINE_DIED',
          status === null ? 'a signal ended the engine' : `the engine ended with status ${status}`,
        ),
      );
    });
  });
  return { outcome, stop: (how) => engine.send({ type: 'stop', how }) };
}

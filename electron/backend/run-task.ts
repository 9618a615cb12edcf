import type { EngineEvent, Outcome, Stop } from '../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { parseEngineEvent, type StartEngine } from './engine-process.ts';

/** An engine reports once a second, whatever it does; one that is silent for so long does nothing any more. */
const LONGEST_SILENCE_MS = { running: 60_000, cut: 60_000, drain: 15_000, now: 3_000 } as const;
const TICK_MS = 500;

export interface RunningTask {
  /** Resolves when the task has ended as asked. Rejects with LockstepError, ENGINE_DIED for an engine that gives no answer. */
  readonly outcome: Promise<Outcome>;
  stop(how: Stop): void;
  /** Ends the engine by force; `fact` says why. */
  kill(fact: string): void;
}

/** Runs one task in an engine, of its own or as a member of a group's, and passes its reports on. */
export function runTask(
  start: StartEngine,
  spec: TaskSpec,
  onEvent: (event: EngineEvent) => void,
): RunningTask {
  const engine = start();
  let resolve!: (outcome: Outcome) => void;
  let reject!: (error: LockstepError) => void;
  const outcome = new Promise<Outcome>((onEnd, onFault) => {
    resolve = onEnd;
    reject = onFault;
  });
  const died = (fact: string): void => reject(new LockstepError('ENGINE_DIED', fact));
  let state: keyof typeof LONGEST_SILENCE_MS = 'running';
  let silentMs = 0;
  let ready = false;
  // Counted in ticks of our own: while this process was suspended, nobody could hear anything.
  const timer = setInterval(() => {
    silentMs += TICK_MS;
    if (silentMs < LONGEST_SILENCE_MS[state]) return;
    const asked = state === 'running' ? '' : ', though it was asked to stop';
    kill(`the engine gave no sign of life for ${silentMs / 1000} s${asked}, and was killed`);
  }, TICK_MS);
  const kill = (fact: string): void => {
    clearInterval(timer);
    died(fact);
    engine.kill();
  };
  const begin = (): void => {
    ready = true;
    engine.send({ type: 'start', spec });
    if (state !== 'running') engine.send({ type: 'stop', how: state });
  };
  engine.onMessage((message) => {
    silentMs = 0;
    const event = parseEngineEvent(message);
    onEvent(event);
    if (event.type === 'ready') begin();
    else if (event.type === 'finished') resolve(event.outcome);
    else if (event.type === 'failed') reject(new LockstepError(event.code, event.fact));
  });
  engine.onExit((status, why) => {
    clearInterval(timer);
    died(why ?? (status === null ? 'a signal ended the engine' : `the engine ended with status ${status}`));
  });
  const stop = (how: Stop): void => {
    state = how;
    silentMs = 0;
    if (ready) engine.send({ type: 'stop', how });
  };
  return { outcome, stop, kill };
}

import type { EngineCommand, EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import { parseEngineEvent, type EngineProcess, type StartEngine } from '../engine-process.ts';

/** An engine that has not said by then that it is ready never will. */
const READY_WITHIN_MS = 30_000;
/** After its last word an engine ends by itself; if it does not, it is ended after this time. */
const GRACE_MS = 3000;

type Ending =
  | 'summary'
  | 'prechecked'
  | 'compared'
  | 'outlook'
  | 'released'
  | 'watch-ended'
  | 'target-tried'
  | 'target-cleaned'
  | 'copy-begins-anew'
  | 'key'
  | 'checked';
export type EndingEvent<E extends Ending> = Extract<EngineEvent, { type: E }>;

export interface EngineJob<E extends Ending> {
  /** Rejects with a LockstepError: what the engine said, or ENGINE_DIED; never settles after `cancel`. */
  readonly done: Promise<EndingEvent<E>>;
  cancel(): void;
  /** Something more for the engine that does the job, once it has begun; nothing where it is over. */
  send(command: EngineCommand): void;
}

export interface EngineJobOptions<E extends Ending> {
  readonly startEngine: StartEngine;
  readonly command: EngineCommand;
  /** The event that ends the job. */
  readonly ending: E;
  /** After this time it is ended with ENGINE_DIED; undefined lets it take as long as it takes. */
  readonly timeoutMs?: number;
  readonly onEvent?: (event: EngineEvent) => void;
}

/** Runs one job, such as a connection test, in an engine process of its own. @throws LockstepError ENGINE_DIED, HOST_GONE */
export function runEngineJob<E extends Ending>(options: EngineJobOptions<E>): EngineJob<E> {
  const engine = startOrThrow(options.startEngine);
  let over = false;
  let begun = false;
  /** What it is to be told once it is ready: of each matter only the newest. */
  const early = new Map<EngineCommand['type'], EngineCommand>();
  let timer: NodeJS.Timeout | undefined;
  let readyTimer: NodeJS.Timeout | undefined;
  const end = (): void => {
    over = true;
    clearTimeout(timer);
    clearTimeout(readyTimer);
  };
  const done = new Promise<EndingEvent<E>>((resolve, reject) => {
    const fail = (error: LockstepError): void => {
      end();
      reject(error);
    };
    const kill = (fact: string): void => {
      if (over) return;
      fail(new LockstepError('ENGINE_DIED', fact));
      engine.kill();
    };
    const { timeoutMs } = options;
    if (timeoutMs !== undefined)
      timer = setTimeout(() => kill(`it was not done within ${timeoutMs / 1000} s`), timeoutMs);
    readyTimer = setTimeout(
      () => kill(`it did not begin within ${READY_WITHIN_MS / 1000} s`),
      READY_WITHIN_MS,
    );
    const endSoon = (): void => {
      const grace = setTimeout(() => engine.kill(), GRACE_MS);
      engine.onExit(() => clearTimeout(grace));
    };
    engine.onMessage((message) => {
      if (over) return;
      const event = read(message);
      if (!event) return kill('the engine sent a message of an unknown form');
      if (event.type === 'ready' && !begun) {
        begun = true;
        clearTimeout(readyTimer);
        for (const command of [options.command, ...early.values()]) engine.send(command);
      }
      options.onEvent?.(event);
      if (event.type === 'failed') fail(new LockstepError(event.code, event.fact));
      if (isEnding(event, options.ending)) {
        end();
        resolve(event);
      }
      if (over) endSoon();
    });
    engine.onExit((status) => {
      if (!over)
        fail(
          new LockstepError(
            'ENGINE_DIED',
            status === null ? 'a signal ended the engine' : `the engine ended with status ${status}`,
          ),
        );
    });
  });
  const cancel = (): void => {
    if (over) return;
    end();
    engine.kill();
  };
  const send = (command: EngineCommand): void => {
    if (over) return;
    if (begun) engine.send(command);
    else early.set(command.type === 'resume' ? 'pause' : command.type, command);
  };
  return { done, cancel, send };
}

function startOrThrow(startEngine: StartEngine): EngineProcess {
  try {
    return startEngine();
  } catch (cause) {
    if (cause instanceof LockstepError) throw cause;
    throw new LockstepError('ENGINE_DIED', `its process could not be started: ${plainReason(cause)}`, {
      cause,
    });
  }
}

const isEnding = <E extends Ending>(event: EngineEvent, ending: E): event is EndingEvent<E> =>
  event.type === ending;

function read(message: unknown): EngineEvent | undefined {
  try {
    return parseEngineEvent(message);
  } catch {
    return undefined;
  }
}

import type { EngineEvent, Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { SessionEnd } from './engine-session.ts';
import type { TaskRun } from './task-run.ts';

/** A run of a task that somebody else works with as well. */
export interface LentRun {
  /** Rejects with LockstepError: what ended its engine otherwise, INTERRUPTED once it was left. */
  readonly outcome: Promise<Outcome>;
  /** `now` leaves a run that is to go on, unless it is being stopped already. */
  stop(how: Stop): void;
  /** Goes on without being followed; left out where it is to be stopped. */
  readonly leave?: () => void;
}

interface Lending {
  readonly run: Pick<TaskRun, 'follow'>;
  readonly onEvent: (event: EngineEvent) => void;
  readonly goesOn: boolean;
  readonly isOver: () => boolean;
  readonly stop: (how: Stop) => void;
}

export function lendRun({ run, onEvent, goesOn, isOver, stop }: Lending): LentRun {
  let settle!: {
    readonly resolve: (outcome: Outcome) => void;
    readonly reject: (error: LockstepError) => void;
  };
  const outcome = new Promise<Outcome>((resolve, reject) => (settle = { resolve, reject }));
  // Told by whoever waits for it.
  outcome.catch(() => undefined);
  let stopped = false;
  const unfollow = run.follow({
    onEvent,
    onEnd: (end) => {
      if (end.kind === 'finished') settle.resolve(end.outcome);
      else settle.reject(errorOf(end));
    },
  });
  const leave = (): void => {
    unfollow();
    settle.reject(new LockstepError('INTERRUPTED', 'the run was left to itself'));
  };
  return {
    outcome,
    stop: (how) => {
      if (how === 'now' && goesOn && !stopped) return leave();
      stopped = true;
      if (!isOver()) stop(how);
    },
    ...(goesOn && { leave }),
  };
}

function errorOf(end: Exclude<SessionEnd, { kind: 'finished' }>): LockstepError {
  if (end.kind === 'failed') return new LockstepError(end.code, end.fact);
  return new LockstepError('ENGINE_DIED', end.kind === 'died' ? end.fact : 'its engine was ended');
}

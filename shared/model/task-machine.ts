import type { TaskState } from './task-view.ts';

/**
 * What can happen to a task. `start`, `pause`, `resume`, `stop`, `release` and `readdress` (while it is paused its servers get other
 * addresses, and another engine goes on from its checkpoint) are asked for by its user, the rest its engine brings
 * about: `up` it works (`up-paused` when it is to be paused), `retry` it met what may heal and is started again, `died`
 * its process ended unasked, `finished`, `completed` (a full copy only) and `failed` are its own last words, `released` that of
 * the engine which handed its target over.
 */
export const TASK_SIGNALS = [
  'start',
  'pause',
  'resume',
  'stop',
  'release',
  'readdress',
  'up',
  'up-paused',
  'retry',
  'died',
  'finished',
  'completed',
  'failed',
  'released',
] as const;
export type TaskSignal = (typeof TASK_SIGNALS)[number];

const atRest = { start: 'starting', release: 'releasing' } as const;
/** What an engine may tell, or its host ask, whatever the task does; `paused` alone stays so while a fault is retried. */
const active = {
  stop: 'stopping',
  up: 'running',
  'up-paused': 'paused',
  retry: 'running',
  died: 'restarting',
  finished: 'stopped',
  completed: 'completed',
  failed: 'failed',
} as const;

const TRANSITIONS: Readonly<Record<TaskState, Readonly<Partial<Record<TaskSignal, TaskState>>>>> = {
  stopped: atRest,
  failed: atRest,
  completed: atRest,
  starting: active,
  running: { ...active, pause: 'paused' },
  paused: { ...active, resume: 'running', retry: 'paused', readdress: 'restarting' },
  restarting: active,
  // A second stop hurries the first. Whatever ends the engine now is the end that was asked for.
  stopping: {
    stop: 'stopping',
    up: 'stopping',
    'up-paused': 'stopping',
    died: 'stopped',
    finished: 'stopped',
    completed: 'completed',
    failed: 'stopped',
  },
  releasing: { released: 'stopped', failed: 'failed' },
};

/** The state that a signal leads to, or undefined when it does not fit the state. */
export const nextState = (state: TaskState, signal: TaskSignal): TaskState | undefined =>
  TRANSITIONS[state][signal];

import type { ErrorCode } from './catalogue.ts';

/**
 * What leads on from a task that a fault has ended. `start`: the task as it is, at once or once something outside of it was
 * mended. `settings`: another setting of the task first. `set-up`: another task, as what would have to be chosen otherwise is
 * decided at set-up; this one can be started where the servers have changed instead. `leave`: to start it is useless, or does
 * harm, unless somebody knows better.
 */
export type NextStep = 'start' | 'settings' | 'set-up' | 'leave';

/** Whatever is not named here leads on with a start, as its remedy says; one after a refused password asks for it anew. */
const NEXT_STEPS: Readonly<Partial<Record<ErrorCode, Exclude<NextStep, 'start'>>>> = {
  USAGE: 'settings',
  URL_INVALID: 'settings',
  REQUEST_INVALID: 'settings',

  SOURCE_PROTECTED_MODE: 'settings',
  SOURCE_TLS: 'settings',
  SOURCE_PROTOCOL: 'settings',
  SOURCE_REPLY_TOO_LARGE: 'settings',
  SOURCE_NOT_CLUSTER: 'settings',
  SOURCE_SENTINEL_AUTH: 'settings',
  SOURCE_NOT_A_SENTINEL: 'settings',
  SOURCE_SENTINEL_NAME: 'settings',
  SOURCE_IS_SENTINEL: 'settings',
  // Each start would be refused, after a move as well as while the other task goes on.
  SOURCE_IS_TARGET: 'leave',

  FUNCTIONS_UNSUPPORTED: 'settings',
  FLUSH_NEEDS_CONSENT: 'settings',
  OWN_KEY_READ: 'set-up',
  DATABASE_CROSSING: 'set-up',

  TARGET_PROTECTED_MODE: 'settings',
  TARGET_TLS: 'settings',
  TARGET_READ_ONLY: 'settings',
  TARGET_PROTOCOL: 'settings',
  TARGET_REPLY_TOO_LARGE: 'settings',
  TARGET_SENTINEL_AUTH: 'settings',
  TARGET_NOT_A_SENTINEL: 'settings',
  TARGET_SENTINEL_NAME: 'settings',
  TARGET_IS_SENTINEL: 'settings',
  TARGET_NOT_EMPTY: 'set-up',
  TARGET_HANDED_OVER: 'leave',
  // It would take the target from the run that has it now.
  TARGET_TAKEN_OVER: 'leave',
  TASK_MISMATCH: 'settings',

  SPOOL_FULL: 'settings',
  TARGET_CUT_LOOSE: 'settings',
  SNAPSHOT_TOO_LARGE: 'settings',
  SPOOL_DISK: 'settings',
};

export const nextStepAfter = (code: ErrorCode): NextStep => NEXT_STEPS[code] ?? 'start';

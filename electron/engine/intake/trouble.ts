import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** A fault that may heal, and what is done about it. */
export type Trouble = { readonly error: LockstepError } & (
  | {
      /** Until the next attempt. */
      readonly waitMs: number;
      /** When the attempts end; undefined while they do not. */
      readonly giveUpAtMs: number | undefined;
    }
  /** The task is paused, and this is done when it is resumed; in words that follow a semicolon. */
  | { readonly onResume: string }
);

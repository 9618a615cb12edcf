import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Deadline } from '../expiry/deadline.ts';
import type { ReplyEvents } from '../protocol/resp/reply-scanner.ts';
import type { StreamPlaces } from './stream-places.ts';

/**
 * What an error has done to the target: a batch stands of which a command failed, or that came later than expiry was held for,
 * so the checkpoint vouches for less than it says is applied; or commands were run outside of their transaction, which no
 * checkpoint tells. Lanes of a cluster stand in front of a command that fails: to them nothing was done, and they do not get past it.
 */
export type Damage = 'none' | 'unverified' | 'late' | 'unknown';

export interface BatchEvents {
  /**
   * A batch and its checkpoint stand on the target. `whole`: what all of it has, which is the same unless nodes of a cluster are away;
   * then `checkpoint` is how far the others are.
   */
  readonly onCommitted: (checkpoint: Checkpoint, whole: Checkpoint) => void;
  readonly onError: (error: LockstepError, damage: Damage) => void;
  /** The node of a cluster with this index is gone. @returns whether the others are to go on without it */
  readonly onAway?: (node: number, error: LockstepError) => boolean;
}

/**
 * Applies the stream in batches, each together with the checkpoint that says so. The commands themselves are written to an output
 * beside it.
 */
export interface BatchWriter extends ReplyEvents {
  /** True when no more commands should be added before `commit`. */
  readonly full: boolean;
  /** True when `commit` may be called: the batch before has been applied and is still ours. */
  readonly ready: boolean;
  /** Nothing is on its way. */
  readonly idle: boolean;
  readonly isOpen: boolean;
  /** Nodes of the target are away, and the others go on. */
  readonly partial: boolean;
  /** One of them has the task's own checkpoint: nothing can be said there meanwhile. */
  readonly mute: boolean;
  /** Is told where in the stream the commands stand that are written to the output; undefined where nobody asks. */
  readonly places: StreamPlaces | undefined;
  /** Call once on a fresh connection. */
  start(): void;
  /** Call before writing commands to the output: opens a batch and selects the database where that is needed. */
  prepare(db: number): void;
  /** Bytes that the caller wrote to the output itself. */
  wrote(bytes: number): void;
  /** By when what is written next has to be there, as far as it is closed before its commit. */
  holdUntil?(deadline: Deadline): void;
  /**
   * Closes the batch (or an empty one) with this checkpoint and sends it. Only when `ready`. `vouches`: if no command of it fails,
   * everything up to its offset is right. `deadline`: see there.
   */
  commit(checkpoint: Checkpoint, vouches?: boolean, deadline?: Deadline): void;
}

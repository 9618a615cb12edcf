import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../arena/arena.ts';
import type { Trouble } from '../intake/trouble.ts';
import type { MemoryShare } from '../pacing/memory-share.ts';
import type { TargetGround } from '../target/target-ground.ts';

/** While its pace is paused, no step on the target is begun but the one that ends a copy. */
export interface TargetSideOptions extends Omit<TargetGround, 'line' | 'own' | 'crashes'> {
  readonly memory: MemoryShare;
  readonly makeArena: (bytes: number) => Arena;
  /** The first key of a full copy is about to be sent, or the copy goes on after a fault of either side. */
  readonly onCopying: (again: boolean) => void;
  /** The stream is being applied from here on. */
  readonly onStreaming: () => void;
  /** A full copy without a stream has ended. */
  readonly onCopied: () => void;
  readonly onCommitted: (offset: number) => void;
  /** A node of it is away, and the others go on. */
  readonly onAway: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFatal: (error: LockstepError) => void;
}

import type { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

/** How the source answers: with a snapshot, from whose first byte on a member reads, or with what follows the place asked for. */
export type Greeting = 'full' | 'continue';

/**
 * One who reads a log, as the log sees it. Each is told of what concerns it in the middle of the log's own work, and may leave the
 * log there; what it throws is its own fault (`broke`).
 */
export interface LogMember {
  /** How far its target is, in the source's offsets. */
  readonly appliedOffset: () => number;
  /** The source tells a history that this one has not followed: rejects where nothing of it is to be taken. */
  readonly admit: (replid: string) => Promise<void>;
  /** A full spool is to make the source wait for it, as of now: only what is in the spool leads on. */
  readonly mayStall: () => boolean;
  /** The source has answered, whatever comes of that. */
  readonly onHeard: () => void;
  /** What it reads comes, or goes on after a break. */
  readonly onLinked: (greeting: Greeting) => void;
  /** More is in the log; `readable`: nothing came, and something is back from disk. */
  readonly onData: () => void;
  readonly onReadable: () => void;
  readonly onStalled: () => void;
  /** The link broke, or what was answered is not to be taken. */
  readonly onBroken: (error: LockstepError) => void;
  /** The source does not have what follows here any more: nothing more comes into the log. */
  readonly onRefused: () => void;
  /** The spool can't take what comes: the same. */
  readonly onSpoolFailed: (error: LockstepError) => void;
  /** The others could not wait for it: it reads the log no longer. */
  readonly onCutLoose: (error: LockstepError) => void;
}

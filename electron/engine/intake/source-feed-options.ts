import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { SpoolSize } from '../log/chunk.ts';
import type { SpoolFolder } from '../log/spool-folder.ts';
import type { World } from '../world/world.ts';
import type { SourceLogs } from './source-log/source-logs.ts';
import type { StreamPosition } from './stream-position.ts';
import type { Trouble } from './trouble.ts';

/** What the source's side of a task goes by, and whom it tells. */
export interface SourceFeedOptions {
  readonly world: World;
  /** Of the process, or of this run alone. */
  readonly logs: SourceLogs;
  /** The source as it was given. */
  readonly source: Endpoint;
  /** Where the source is now, asked before each link, with where it is to go on; undefined for a snapshot. */
  readonly locate: (from: StreamPosition | undefined) => Endpoint | Promise<Endpoint>;
  /**
   * A server is read that follows the source. Its history may part from what was received while the link leads where it did, so `rejoin`
   * is asked before each; and what it has of the stream the source has run before.
   */
  readonly ofReplica?: boolean;
  /**
   * The source is another server than the one that was followed up to a position: where the stream can go on from, which is before
   * that where the other never had the last of it and it came to nothing. Never rejects.
   */
  readonly rejoin: (from: StreamPosition) => Promise<StreamPosition>;
  /** How much memory a log may take that is opened for this run, in chunks; see SpoolOptions. */
  readonly size: SpoolSize;
  /** Where goes what does not fit into memory. */
  readonly newFolder: () => SpoolFolder;
  readonly retryForMs: number;
  /** Whether this run goes on with what a task has begun: what may heal is waited for before it was ever linked, too. */
  readonly goesOn?: boolean;
  /** What is acknowledged. */
  readonly appliedOffset: () => number;
  /** Where the stream can go on from, of whatever history that is; undefined when only a snapshot leads on. */
  readonly position: () => StreamPosition | undefined;
  /**
   * The source answers with a history that is not the one that was followed so far. Nothing of it is taken before this has
   * resolved; it rejects where nothing of it is to be taken.
   */
  readonly admit: (replid: string) => Promise<void>;
  /** A snapshot begins. `reason` says why, when a resume was asked for. */
  readonly onFullSync: (start: StreamPosition, reason: string | undefined) => void;
  /** The stream goes on where it was asked to; the first time after `start` with a position. */
  readonly onResumed: (replid: string) => void;
  /** The spool is full while a copy needs what is in it: the source waits until the target has taken more. */
  readonly onStalled: () => void;
  /** What is read from is about to be gone: whatever reads must stop. */
  readonly onReset: () => void;
  /** Whether a snapshot is to be held whole before any of it is taken from the spool. */
  readonly holdsWhole: () => boolean;
  readonly onReadable: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFatal: (error: LockstepError) => void;
}

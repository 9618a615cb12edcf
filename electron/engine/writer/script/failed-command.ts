import type { SlotSet } from '../../router/slot-set.ts';

/**
 * A command that the target rejects, and that lanes stand in front of: the first one of the stream behind `after` that uses a key of one of
 * these slots. Everything before it is applied there, and it is not, or not whole.
 */
export interface FailedCommand {
  readonly slots: SlotSet;
  /** An offset of the stream. */
  readonly after: number;
  /** The lanes stand somewhere between that one and this, this excluded. */
  readonly before: number;
}

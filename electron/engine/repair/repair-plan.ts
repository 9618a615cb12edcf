import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CommandKeys } from '../route/command-keys.ts';
import type { Spool } from '../spool/spool.ts';
import type { SourceFeed } from '../task/source-feed.ts';
import type { KeySets } from './source-values.ts';
import type { ValueCommands } from './value-commands.ts';

/** In a checkpoint's `fault`: commands were left out for keys whose values are still to be written. */
export const REPAIRING = 'REPAIRING';

/** Why a run that finds that fault makes a new full copy. */
export const CUT_SHORT = 'the earlier run ended while keys that had expired on the target were being mended';

/**
 * How keys that the target may have lost while nobody held their expiry back are brought to the source's state: every command
 * up to `untilOffset` that uses one of `keys` is left out, and at that offset `values` are written. No command uses one of
 * them and another key.
 */
export interface RepairPlan {
  /** The owner of the checkpoint when the plan was made. */
  readonly epoch: number;
  readonly fromOffset: number;
  readonly untilOffset: number;
  /** Whose offsets these are, and the spool that held everything up to `untilOffset`. */
  readonly replid: string;
  readonly spool: Spool;
  readonly keys: KeySets;
  /** Tells which keys a command uses. */
  readonly commandKeys: CommandKeys;
  readonly values: ValueCommands;
}

/** Whether keys may be missing on the target at this checkpoint of a run that holds expiry back. */
export function needsRepair(checkpoint: Checkpoint): boolean {
  return checkpoint.fault === REPAIRING || checkpoint.earliestExpiryMs > 0;
}

/** Whether a plan that was made before still holds for what the target has now; `checkpoint` was claimed since. */
export function fits(plan: RepairPlan, checkpoint: Checkpoint, feed: SourceFeed): boolean {
  return (
    checkpoint.epoch > plan.epoch &&
    checkpoint.offset >= plan.fromOffset &&
    checkpoint.offset <= plan.untilOffset &&
    (feed.spool === plan.spool || feed.replid === plan.replid)
  );
}

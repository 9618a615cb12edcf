import { keepsExpired } from '../../../shared/model/expiry-machine.ts';
import type { Amounts } from '../../../shared/model/lateness.ts';
import { isVerified, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CommandKeys } from '../commands/command-keys.ts';
import type { Cursor } from '../log/cursor.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { ValueCommands } from '../writer/copy/value-commands.ts';
import type { AskedKey } from './asked-keys.ts';
import type { NotedFailure } from './failed-commands.ts';

/** In a checkpoint's `fault`: commands were left out for keys whose values are still to be written. */
export const REPAIRING = 'REPAIRING';

/** The same where nothing has expired: which keys they are, is seen from what the source has used behind the place that is vouched for. */
export const MENDING = 'MENDING';

/** Why a run makes a new full copy that finds that fault, and not what was left out. */
export const CUT_SHORT = 'the earlier run ended while keys that had expired on the target were being mended';

/** Where the stream stands when values are written, and what is written there. */
export interface RepairStage {
  readonly offset: number;
  readonly values: ValueCommands;
}

/** What a key comes to that was asked for. */
export interface AskedResult {
  readonly key: AskedKey;
  readonly outcome: 'copied' | 'removed';
}

/**
 * How keys that the target may have lost while nobody held their expiry back are brought to the source's state: each has a
 * stage; the commands that use it up to the stage's offset are left out, and there its value is written. No command is to be
 * left out for one of its keys and applied for another.
 */
export interface RepairPlan {
  /** The owner of the checkpoint when the plan was made. */
  readonly epoch: number;
  /** How late the values' times are, and by what. */
  readonly bound: 'exact' | 'long';
  readonly amounts: Amounts;
  readonly fromOffset: number;
  /** Keys that may have expired on the target are among them, so that a run that is cut short has left out what is needed. */
  readonly expired: boolean;
  /** Whose offsets these are, and the cursor of the spool that held everything up to the last stage. */
  readonly replid: string;
  readonly cursor: Cursor;
  /** In the order of their offsets; at least one. */
  readonly stages: readonly RepairStage[];
  /** The offset of each key's stage, per database; keys are bytes as latin1 text. */
  readonly keys: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly keyCount: number;
  /** Those that were asked for, and what they come to. */
  readonly asked: readonly AskedResult[];
  /** What lanes stood in front of. */
  readonly failed: readonly NotedFailure[];
  /** Of a part: the slots that it vouches for once the values are written. */
  readonly slots: SlotSet | undefined;
  /** Those of them that come with this plan. */
  readonly arriving: SlotSet | undefined;
  /** Tells which keys a command uses. */
  readonly commandKeys: CommandKeys;
}

/** Commands were left out, and nothing tells which: the checkpoint vouches for all of them. */
export const isCutShort = (checkpoint: Checkpoint): boolean =>
  checkpoint.fault === REPAIRING && isVerified(checkpoint);

/** Whether keys may have expired on the target at this checkpoint of a run that holds expiry back. */
export const mayLackExpired = (checkpoint: Checkpoint): boolean =>
  checkpoint.fault === REPAIRING || checkpoint.earliestExpiryMs > 0;

/** Whether keys may differ on the target at this checkpoint of a run that holds expiry back. */
export const needsRepair = (checkpoint: Checkpoint): boolean =>
  mayLackExpired(checkpoint) || !isVerified(checkpoint) || checkpoint.fault === MENDING;

export const isRepairing = ({ fault }: Checkpoint): boolean => fault === REPAIRING || fault === MENDING;

/** Whether a plan that was made before still holds for what the target has now; `checkpoint` was claimed since. */
export function fits(plan: RepairPlan, checkpoint: Checkpoint, feed: SourceFeed): boolean {
  return (
    checkpoint.epoch > plan.epoch &&
    (plan.bound === 'exact') === keepsExpired(checkpoint.expiry) &&
    checkpoint.amounts.smallMs === plan.amounts.smallMs &&
    checkpoint.amounts.longMs === plan.amounts.longMs &&
    checkpoint.offset >= plan.fromOffset &&
    checkpoint.offset <= plan.stages.at(-1)!.offset &&
    (feed.cursor === plan.cursor || feed.replid === plan.replid)
  );
}

import type { Redis } from 'ioredis';
import {
  keepsExpired,
  leastBound,
  nextExpiryState,
  writtenBound,
} from '../../../shared/model/expiry-machine.ts';
import { amountsFor, type Bound } from '../../../shared/model/lateness.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { GuardedNode } from '../checkpoint/guarded-node.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { DRIFT_MS } from './carried-times.ts';
import { latestNowMs, walkExpiry } from './expiry-walk.ts';
import type { Import } from '../control/import-mode.ts';
import { LAGGING_SHARE } from './expiry-turns.ts';
import { noteExpiry } from './note-expiry.ts';
import type { Clock } from '../world/clock.ts';

export interface HoldOptions {
  readonly clock: Clock;
  /** A connection that nothing else uses meanwhile, to where the checkpoint lies. */
  readonly redis: Redis;
  /** All servers of the target, under the epoch of the checkpoint. */
  readonly nodes: readonly GuardedNode[];
  readonly task: string;
  /** The task's checkpoint, which this process owns. Nothing is applied meanwhile. */
  readonly checkpoint: Checkpoint;
  readonly databases: DatabaseChoice;
  readonly scripts: boolean;
  /** The settings of the task. */
  readonly smallMs: number;
  readonly retryForMs: number;
  /** Whether the lag is known, and what comes too late for the small bound is found out. */
  readonly certain: boolean;
  /** The target lets no key go by its own clock from here on, as far as the task wants that and may have it. */
  readonly imported: Import | undefined;
  /** This run has written all keys or looked at them before, as it does often enough. */
  readonly looked: boolean;
}

/** Of the long bound: so often a run looks at times that were further away, since they come nearer. */
export const LOOK_SHARE = 1 / 4;

/** By how much a time with this bound is late. */
export const boundMs = (bound: Bound, { amounts }: Pick<Checkpoint, 'amounts'>): number =>
  bound === 'exact' ? 0 : bound === 'small' ? amounts.smallMs : amounts.longMs;

/**
 * Whether the target may have lost a key to its own clock that a command behind the checkpoint goes on using. `unseenMs`: so
 * long before the checkpoint was written times may have been looked at last that were further away than the long bound then,
 * and are exact.
 */
export function mayHaveLost(checkpoint: Checkpoint, nowMs: number, unseenMs = 0): boolean {
  const { expiry, earliestExpiryMs, sourceAtMs } = checkpoint;
  // What was exact when somebody began to make it late is lost from the first time on that the hand-over has seen.
  const dated = expiry === 'exact' || expiry === 'holding' || keepsExpired(expiry);
  if (dated || earliestExpiryMs > 0) return earliestExpiryMs > 0 && nowMs >= earliestExpiryMs;
  const least = leastBound(expiry);
  return nowMs - sourceAtMs > boundMs(least, checkpoint) - (least === 'long' ? unseenMs : 0);
}

/** How far a target is behind may not be known, as of a cluster of which a node has gone back. */
const isBehind = ({ sourceAtMs, amounts }: Checkpoint, lagMs: number): boolean =>
  sourceAtMs === 0 || lagMs > amounts.smallMs * LAGGING_SHARE;

/**
 * Makes expiry on the target late enough for the stream behind the checkpoint to be applied, and notes whether something may
 * have been lost by then (`earliestExpiryMs` above 0).
 * @returns the checkpoint as it stands then; @throws LockstepError
 */
export async function holdExpiry(options: HoldOptions): Promise<Checkpoint> {
  const { clock, redis, nodes, task, databases, scripts, smallMs, retryForMs, certain, imported, looked } =
    options;
  let { checkpoint } = options;
  const walk = (bound: Bound): Promise<unknown> =>
    walkExpiry({ clock, nodes, task, checkpoint, databases, scripts, bound });
  const note = async (change: Parameters<typeof noteExpiry>[3]): Promise<void> => {
    checkpoint = await noteExpiry(redis, task, checkpoint, change, scripts);
  };
  // One that was carried to a node whose clock is ahead comes due there earlier than it says.
  const driftMs = nodes.some(({ holds }) => holds && holds.carried.size > 0) ? DRIFT_MS : 0;
  const beganAtMs = (await latestNowMs(nodes)) + driftMs;
  const { sourceAtMs } = checkpoint;
  const lagMs = sourceAtMs > 0 ? Math.max(0, beganAtMs - sourceAtMs) : 0;
  const unseenMs = looked ? 0 : checkpoint.amounts.longMs * LOOK_SHARE;
  if (mayHaveLost(checkpoint, beganAtMs, unseenMs)) await note({ earliestExpiryMs: 1 });
  if (keepsExpired(checkpoint.expiry) && imported?.begun !== false) {
    // The mode was turned off meanwhile, or the server began anew: what had expired by then is gone.
    await note({ expiry: 'exact', earliestExpiryMs: 1 });
  }
  if (imported && (checkpoint.expiry === 'exact' || keepsExpired(checkpoint.expiry))) {
    const lost = mayHaveLost(checkpoint, beganAtMs);
    const expiry = nextExpiryState(checkpoint.expiry, 'import');
    await note({ expiry, importOurs: imported.ours, earliestExpiryMs: lost ? 1 : 0 });
    return checkpoint;
  }
  if (checkpoint.expiry !== 'exact' && lagMs > checkpoint.amounts.longMs) {
    // Further behind than any time here is late: greater amounts are needed, and these can only follow exact times.
    await note({ expiry: nextExpiryState(checkpoint.expiry, 'release'), earliestExpiryMs: 1 });
    await walk('exact');
    await note({ expiry: 'exact' });
  }
  const least = leastBound(checkpoint.expiry);
  if (least === 'exact') {
    const amounts =
      checkpoint.expiry === 'exact' ? amountsFor(smallMs, retryForMs, lagMs) : checkpoint.amounts;
    await note({ expiry: nextExpiryState(checkpoint.expiry, 'follow'), amounts });
  } else if (least === 'small' && (!certain || isBehind(checkpoint, lagMs))) {
    await note({ expiry: nextExpiryState(checkpoint.expiry, 'lagging') });
  } else if (least === 'small' || lagMs <= checkpoint.amounts.longMs * LOOK_SHARE) return checkpoint;
  await walk(writtenBound(checkpoint.expiry));
  const nowMs = (await latestNowMs(nodes)) + driftMs;
  const { earliestExpiryMs } = checkpoint;
  const lost =
    least === 'exact'
      ? earliestExpiryMs > 0 && nowMs >= earliestExpiryMs
      : mayHaveLost(checkpoint, nowMs, unseenMs);
  await note({ expiry: nextExpiryState(checkpoint.expiry, 'walked'), earliestExpiryMs: lost ? 1 : 0 });
  return checkpoint;
}

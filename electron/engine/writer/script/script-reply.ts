import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { targetError } from '../../control/target-error.ts';
import { FAILED, LATE, STALE } from './apply-script.ts';

/**
 * What has kept a batch of a lane from standing whole, or in time.
 *
 * - `stale`: the lane is another's, or does not stand where its batch begins: nothing was done.
 * - `moved`: a slot is on its way to another node, or there already, or the cluster does not answer for it.
 * - `refused`: a command failed.
 * - `late`: it stands whole, behind its deadline.
 */
export interface LaneFailure {
  readonly kind: 'stale' | 'moved' | 'refused' | 'late';
  /** Where the lane stands; undefined where that is where it stood, or for `late` where the batch ends. */
  readonly offset?: number;
  readonly error: LockstepError;
}

/**
 * Answers to the call itself, and what commands inside of it are answered: of 6.2 with the place in the script in front, of later ones behind an
 * error code. Source: Redis script.c: scriptVerifyClusterState; 6.2 scripting.c: luaRedisGenericCommand.
 */
const MOVED =
  /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|CROSSSLOT) |access a non local key|while the cluster is down|slot not served|NOSCRIPT/;

/** An error reply (without the leading `-`) to a call of the script. */
export function laneFailure(text: string): LaneFailure {
  if (text.startsWith(STALE)) {
    const fact = `the lane's owner, epoch and offset are ${text.slice(STALE.length + 1)}`;
    return { kind: 'stale', error: new LockstepError('TARGET_TAKEN_OVER', fact) };
  }
  if (text.startsWith(LATE))
    return { kind: 'late', error: new LockstepError('EXPIRY_OVERTAKEN', text.slice(LATE.length + 1)) };
  if (!text.startsWith(FAILED)) return { ...kindOf(text, 'a batch of commands') };
  const [offset, what, ...words] = text.slice(FAILED.length + 1).split('\t') as [string, string, ...string[]];
  return { offset: Number(offset), ...kindOf(withoutPlace(words.join('\t')), what) };
}

function kindOf(text: string, what: string): LaneFailure {
  if (!MOVED.test(text)) return { kind: 'refused', error: targetError(text, what) };
  const fact = `${what}: the target answered "${text.slice(0, 200)}"`;
  return { kind: 'moved', error: new LockstepError('TARGET_SLOTS_MOVED', fact) };
}

/** Servers before 7.0 put where in the script it was in front of errors that are the script engine's own. */
const withoutPlace = (text: string): string => text.replace(/^@user_script: ?\d+: /, 'ERR ');

import { MOST_MEMBERS } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { readEndpoint } from './read-endpoints.ts';
import { taskSpecOf, type TaskFlags } from './sync-options.ts';

/** The options of `sync` as they were typed. */
export interface SyncFlags extends Omit<TaskFlags, 'target'> {
  readonly target?: readonly string[];
  readonly metrics?: string;
  readonly standby?: boolean;
}

/** A task for each target, alike but for that. @throws LockstepError USAGE or URL_INVALID, of several targets with which */
export function taskSpecsOf(flags: SyncFlags, env: NodeJS.ProcessEnv): TaskSpec[] {
  const { target: urls = [], ...others } = flags;
  if (urls.length < 2) return [taskSpecOf({ ...others, ...one(urls[0]) }, targetEnv(env, 1))];
  if (urls.length > MOST_MEMBERS)
    throw new LockstepError(
      'USAGE',
      `${urls.length} targets: a command takes ${MOST_MEMBERS}, so start one more for the others`,
    );
  readEndpoint('source', others, env);
  const specs = urls.map((url, index) => specFor(url, index + 1, others, env));
  requireOnce(specs);
  if (others.targetSentinelUser !== undefined && !specs.some(({ target }) => target.sentinel))
    throw new LockstepError('USAGE', '--target-sentinel-user is for an address of Sentinels');
  return specs;
}

function specFor(
  url: string,
  number: number,
  { targetSentinelUser: user, ...flags }: Omit<SyncFlags, 'target'>,
  env: NodeJS.ProcessEnv,
): TaskSpec {
  const own = targetEnv(env, number);
  const target = named(number, () => readEndpoint('target', { ...flags, target: url }, own));
  const ofSentinels = target.sentinel && user !== undefined ? { targetSentinelUser: user } : {};
  return taskSpecOf({ ...flags, ...ofSentinels, target: url }, own);
}

const one = (target: string | undefined): Pick<TaskFlags, 'target'> =>
  target === undefined ? {} : { target };

/** The environment with what is for this target, from 1, in the place of what is for all. An empty password is none. */
function targetEnv(env: NodeJS.ProcessEnv, number: number): NodeJS.ProcessEnv {
  const own = ['PASSWORD', 'SENTINEL_PASSWORD'].flatMap((name) => {
    const value = env[`LOCKSTEP_TARGET_${number}_${name}`];
    return value === undefined ? [] : [[`LOCKSTEP_TARGET_${name}`, value] as const];
  });
  return { ...env, ...Object.fromEntries(own) };
}

function named<T>(number: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw new LockstepError(error.code, `target ${number}: ${error.message}`, { cause: error });
  }
}

/** Two runs of one task on one target would take it from each other. */
function requireOnce(specs: readonly TaskSpec[]): void {
  const seen = new Set<string>();
  for (const { target } of specs) {
    const address = describeGiven(target);
    if (seen.has(address)) throw new LockstepError('USAGE', `${address} is given as a target twice`);
    seen.add(address);
  }
}

import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { checkTarget } from '../../control/server-facts.ts';
import {
  configSet,
  drastic,
  failure,
  failureOf,
  mend,
  pass,
  skipped,
  warning,
  type Finding,
} from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

/** Whether the target would take a write now, as far as that can be told without one. */
export const targetPrimary: Check = async ({ target }) => {
  const identity = await target.identity();
  // What would make one node a primary would tear the cluster apart.
  if (identity.cluster) return skipped('Not looked at, since the target is a cluster.');
  try {
    checkTarget(target.endpoint, identity);
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    if (error.code !== 'TARGET_READ_ONLY') return failureOf('target', error);
    return failure(
      `The target is a replica of ${identity.primaryHost}:${identity.primaryPort}, so it takes no writes.`,
      mend('here', 'Give the address of its primary as the target.'),
      drastic(
        'detaches',
        'Or, if it is to stand alone, end its replication; it keeps the keys that it has now.',
        'REPLICAOF NO ONE',
      ),
    );
  }
  return (await savingFails(target)) ?? (await lacksReplicas(target)) ?? pass('A primary that takes writes.');
};

/** A server that cannot save refuses all writes until it can. */
async function savingFails(target: ServerView): Promise<Finding | undefined> {
  const info = await target.info();
  if (info.get('aof_enabled') === '1' && info.get('aof_last_write_status') === 'err') {
    return failure(
      'The target cannot write to its append-only file, so it refuses all writes.',
      mend('target', 'Make room on the disk of the target, or fix the permissions of its folder.'),
    );
  }
  if (info.get('rdb_last_bgsave_status') !== 'err') return undefined;
  const refuses = await target.config('stop-writes-on-bgsave-error');
  const savePoints = await target.config('save');
  if (refuses === 'no' || savePoints === '') return undefined;
  const fact = 'The last background save of the target failed';
  const mends = [
    mend(
      'target',
      'Make room on the disk of the target or fix the permissions of its folder, then save again.',
      'BGSAVE',
    ),
    configSet(
      'target',
      'stop-writes-on-bgsave-error',
      'no',
      'Or let it take writes although it cannot save: after a crash they are lost.',
    ),
  ];
  return refuses === undefined
    ? warning(`${fact}. By default it then refuses all writes; its setting could not be read.`, ...mends)
    : failure(`${fact}, and stop-writes-on-bgsave-error is yes, so it refuses all writes.`, ...mends);
}

async function lacksReplicas(target: ServerView): Promise<Finding | undefined> {
  const least = (await target.configNumber('min-replicas-to-write', 'min-slaves-to-write')) ?? 0;
  const good = await target.figure('min_slaves_good_slaves');
  if (least === 0 || good === undefined || good >= least) return undefined;
  const known = (await target.config('min-replicas-to-write')) !== undefined;
  return warning(
    `The target wants ${least} ${least === 1 ? 'replica that keeps' : 'replicas that keep'} up before it takes a write, and has ${good}: until then it refuses writes, and the task waits.`,
    mend('target', 'Bring its replicas back.'),
    configSet(
      'target',
      known ? 'min-replicas-to-write' : 'min-slaves-to-write',
      good,
      'Or let it take writes with the replicas that it has.',
    ),
  );
}

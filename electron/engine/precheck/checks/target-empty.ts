import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { formatCount } from '../../../../shared/format/numbers.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { describeLibraries } from '../../control/function-libraries.ts';
import { findTasks } from '../../checkpoint/task-index.ts';
import { releaseCommand } from '../../../../shared/format/release-command.ts';
import { tasksWriting, type OtherTask } from '../../checkpoint/other-tasks.ts';
import { taskOf } from '../../checkpoint/task-parts.ts';
import { failure, failureOf, mend, pass, warning, type Finding } from '../finding.ts';
import { judgeEarlier, lookForTask } from '../earlier-runs.ts';
import { lookAtNodes, lookAtStanding, type NodeStanding, type Standing } from '../standing-keys.ts';
import { databaseRemovals, nodeRemovals } from '../standing-removals.ts';
import type { Check } from '../subjects.ts';

const MOST_NAMES = 5;

const OVERWRITE = mend('here', 'Choose “Overwrite keys of the same name” if they may be replaced.');

export const targetEmpty: Check = async ({ source, target, spec, databases }) => {
  // Where the source cannot be looked at, that is told by other checks.
  const from = await source.cluster().catch(() => undefined);
  try {
    const before = await target.inDatabases((redis) => lookForTask(redis, spec.task, from !== undefined));
    const earlier = before && judgeEarlier(before, databases.toString(), from?.topology);
    if (earlier) return earlier;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'TASK_MISMATCH') return failureOf('target', error);
    throw error;
  }
  const tasks = await target.inDatabases((redis) => findTasks(redis));
  const others = await target.inDatabases((redis) => tasksWriting(redis, tasks, spec.task, databases));
  if (others.length > 0) return inUse(others, target.endpoint);
  const beside = tasks.some((name) => taskOf(name) !== spec.task);
  const { existing } = spec;
  if ((await target.identity()).cluster) return judgeCluster(await lookAtNodes(target, beside), existing);
  const held = await target.databases();
  const chosen = [...held.keys()].filter((db) => databases.includes(db)).sort((a, b) => a - b);
  const standing = await target.inDatabases((redis) => lookAtStanding(redis, chosen, beside));
  return judgeStanding(standing, existing, target.endpoint);
};

function inUse(others: readonly OtherTask[], target: Endpoint): Finding {
  const names = others.map(({ task, origin }) => `${task} ${origin}`).join(', ');
  return failure(
    `Another task writes to these databases of the target, or was cut off while it did: ${names}.`,
    mend('here', 'Stop that task where it runs, or choose other databases.'),
    ...others.map(({ task }) =>
      mend(
        'here',
        `If the task ${task} is gone for good, hand the target over in its place: every expiry is made exact, and what it wrote stays.`,
        releaseCommand(target, task),
      ),
    ),
  );
}

type Existing = TaskSpec['existing'];

export function judgeStanding(
  { databases, ownKeys, libraries }: Standing,
  existing: Existing,
  target: Endpoint,
): Finding {
  const own =
    ownKeys === 0
      ? ''
      : ` ${formatCount(ownKeys)} ${ownKeys === 1 ? 'key' : 'keys'} of other tasks (lockstep:…) ${ownKeys === 1 ? 'does' : 'do'} not count.`;
  const functions = libraries.length === 0 ? '' : describeLibraries(libraries);
  if (databases.length === 0) {
    if (functions !== '') return judgeLibraries(functions, existing, own);
    return pass(`The target holds no keys in the chosen databases.${own}`);
  }
  const counts = databases
    .map(({ db, keys }) => `${formatCount(keys)} ${keys === 1 ? 'key' : 'keys'} in database ${db}`)
    .join(', ');
  const names = databases.flatMap(({ names: some }) => some);
  const total = databases.reduce((sum, { keys }) => sum + keys, 0);
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const found = `The target holds ${counts}: ${shown}${total > Math.min(names.length, MOST_NAMES) ? ', …' : ''}${functions === '' ? '' : `; and ${functions}`}.${own}`;
  if (existing === 'overwrite')
    return warning(
      `${found} Those that the source has as well are overwritten and lost; the others stay, and will show as a difference.`,
    );
  return failure(found, OVERWRITE, ...databaseRemovals(databases, target));
}

/** All nodes together. */
export function judgeCluster(nodes: readonly NodeStanding[], existing: Existing): Finding {
  const keys = nodes.flatMap(({ databases }) => databases).reduce((sum, { keys: some }) => sum + some, 0);
  const libraries = [...new Set(nodes.flatMap((node) => node.libraries))].toSorted();
  if (keys === 0 && libraries.length === 0) return pass('No node of the target holds keys.');
  const names = nodes
    .flatMap(({ databases }) => databases.flatMap(({ names: some }) => some))
    .slice(0, MOST_NAMES);
  const what = [
    ...(keys > 0
      ? [
          `${formatCount(keys)} ${keys === 1 ? 'key' : 'keys'} (${names.join(', ')}${keys > names.length ? ', …' : ''})`,
        ]
      : []),
    ...(libraries.length > 0 ? [describeLibraries(libraries)] : []),
  ].join(', and ');
  const found = `The nodes of the target hold ${what}.`;
  if (existing === 'overwrite')
    return warning(
      `${found} What the source has of the same name is overwritten and lost; the rest stays, and will show as a difference.`,
    );
  return failure(
    found,
    OVERWRITE,
    mend('target', 'Or give another cluster, or remove what is there, after a backup.'),
    ...nodeRemovals(nodes),
    ...(libraries.length > 0
      ? [
          mend(
            'target',
            'Libraries are removed on each node, with FUNCTION DELETE (FUNCTION DUMP keeps them).',
          ),
        ]
      : []),
  );
}

/** It holds no keys. */
function judgeLibraries(functions: string, existing: Existing, own: string): Finding {
  const found = `The target holds no keys in the chosen databases, but ${functions}.${own}`;
  if (existing === 'overwrite')
    return warning(`${found} Those that the source has as well are replaced; the others stay.`);
  return failure(
    found,
    mend('here', 'Choose “Overwrite keys of the same name” if those of the same name may be replaced.'),
    mend(
      'target',
      'Or remove those that are not needed, after a backup (FUNCTION DUMP), with FUNCTION DELETE.',
    ),
  );
}

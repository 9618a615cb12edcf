import { notice } from '../finding.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

/** As far as that can be told without a source that answers. */
const isCluster = (server: ServerView): Promise<boolean> =>
  server.identity().then(
    ({ cluster }) => cluster,
    () => false,
  );

const OF_A_SHARD =
  ' A flush of one shard removes the keys of its slots alone, page by page; whoever reads the target meanwhile sees some of them still.';

export const noticeFlush: Check = async ({ spec, source }) =>
  notice(`${flushWords(spec)}${(await isCluster(source)) ? OF_A_SHARD : ''}`);

const flushWords = (spec: TaskSpec): string =>
  spec.onFlush === 'apply'
    ? 'A flush of the source is passed on, also where the target holds keys of its own: they are removed with the others.'
    : 'A flush of the source is passed on if the target was empty when the task began. Otherwise the task stops before it and asks.';

const SAME_ADDRESS =
  'The task goes on by itself after a failover or a restart under the same address. A new address has to be entered, with the task paused or stopped; it then resumes or copies anew, and says which.';
const BY_SENTINELS = 'A failover that Sentinels make is followed, at whatever address.';
const LISTED =
  'The Sentinels of the source list the task as a replica at port 0, which they never promote; it stays on their lists until SENTINEL RESET.';

const OF_A_TARGET_CLUSTER =
  'Failovers in the cluster of the target, and slots that are moved there, are followed by themselves; while one of its nodes is away the others go on.';

const OF_A_SOURCE_CLUSTER =
  'In the cluster of the source a failover of a shard is followed without a new copy where the new primary has the history. Slots that move, and shards that are added or removed, are followed too: what has moved is brought from the node that has it then, key by key while the stream flows, or with a new copy of that shard where it is much.';

export const noticeScaling: Check = async (subjects) => {
  const { source, target } = subjects.spec;
  const ofTarget = (await isCluster(subjects.target)) ? [OF_A_TARGET_CLUSTER] : [];
  if (await isCluster(subjects.source)) return notice([OF_A_SOURCE_CLUSTER, ...ofTarget].join(' '));
  return notice(
    [
      ...ofTarget,
      ...(source.sentinel || target.sentinel ? [BY_SENTINELS] : []),
      ...(source.sentinel ? [LISTED] : []),
      ...(source.sentinel && target.sentinel ? [] : [SAME_ADDRESS]),
    ].join(' '),
  );
};

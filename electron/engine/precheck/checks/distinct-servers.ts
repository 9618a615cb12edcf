import { describeEndpoint } from '../../../../shared/model/endpoint.ts';
import type { ServerIdentity } from '../../control/server-facts.ts';
import { isBareClaim } from '../../checkpoint/checkpoint.ts';
import { failure, mend, pass, warning, type Finding } from '../finding.ts';
import { findFeedingTasks, type FeedingTask } from '../feeding-tasks.ts';
import type { Check } from '../subjects.ts';

/** Tells servers apart by their run id and replication id, never by their address: one server may have several. */
export const distinctServers: Check = async ({ source, target }) => {
  const [from, to] = [await source.identity(), await target.identity()];
  const same = sameServer(from, to);
  if (same) return same;
  const feeding = await findFeedingTasks(source);
  const loops = feeding.filter((task) => isFedBy(task, to));
  const active = loops.find((task) => task.connected);
  if (active) {
    return failure(
      `A loop: the task ${active.name} copies from this target to this source at this moment. Every change would go round for ever.`,
      mend('here', `Stop the task ${active.name} before this one is started.`),
    );
  }
  const addressed = feeding.find(({ checkpoint }) => checkpoint.source === describeEndpoint(target.endpoint));
  const earlier = loops[0] ?? addressed;
  if (earlier) {
    return warning(
      `The task ${earlier.name} has copied from this target to this source. It is not connected at the moment, but together with this task it would make a loop.`,
      mend('here', `Delete the task ${earlier.name}, or never run it while this one runs.`),
    );
  }
  return pass(`Two servers, by their run ids and replication ids${cascade(feeding)}.`);
};

function sameServer(from: ServerIdentity, to: ServerIdentity): Finding | undefined {
  const different = mend('here', 'Give another server as source or as target.');
  if (from.runId !== '' && from.runId === to.runId)
    return failure(
      `Both addresses lead to the same server process (run id ${from.runId.slice(0, 8)}…).`,
      different,
    );
  if (from.replid === '' || from.replid !== to.replid) return undefined;
  const standAlone = mend(
    'target',
    'Let the target stand alone; it keeps the keys that it has now.',
    'REPLICAOF NO ONE',
  );
  if (to.role !== 'master')
    return failure(
      `The target is a replica of ${to.primaryHost}:${to.primaryPort} and has the source's data already (replication id ${from.replid.slice(0, 8)}…).`,
      standAlone,
    );
  return failure(
    `The source is a replica of the target, directly or by way of others (replication id ${from.replid.slice(0, 8)}…): it would be fed with its own changes.`,
    different,
  );
}

function isFedBy({ checkpoint }: FeedingTask, target: ServerIdentity): boolean {
  if (isBareClaim(checkpoint)) return false;
  return checkpoint.replid === target.replid || checkpoint.replid === target.earlierReplid;
}

function cascade(feeding: readonly FeedingTask[]): string {
  const [first] = feeding;
  if (!first) return '';
  return `. The source is itself the target of the task ${first.name}, from ${first.checkpoint.source}: such a chain works`;
}

import type { ServerIdentity } from '../../control/server-facts.ts';
import { drastic, failure, mend, pass, warning, type Finding } from '../finding.ts';
import type { FeedingTask } from '../feeding-tasks.ts';
import type { Check } from '../subjects.ts';

const DIFFERENT = mend('here', 'Give another server as source or as target.');

export const distinctServers: Check = async (subjects) => {
  const relation = await subjects.relation();
  switch (relation.kind) {
    case 'loop':
      return loop(relation.task, relation.open, relation.direct);
    case 'two-servers':
      return pass(`Two servers, by their run ids and replication ids${cascade(relation.feeding)}.`);
    case 'one-server': {
      const { runId } = await subjects.source.identity();
      const fact = `Both addresses lead to the same server process (run id ${runId.slice(0, 8)}…).`;
      return failure(fact, DIFFERENT);
    }
    case 'target-follows-source':
      return follows(await subjects.target.identity());
    case 'source-follows-target': {
      const { replid } = await subjects.source.identity();
      return failure(
        `The source is a replica of the target, directly or by way of others (replication id ${replid.slice(0, 8)}…): it would be fed with its own changes.`,
        DIFFERENT,
      );
    }
  }
};

function loop(task: string, open: boolean, direct: boolean): Finding {
  const way = direct ? '' : ', by way of other tasks,';
  if (open)
    return failure(
      `A loop: the task ${task} copies from this target${way} to this source at this moment, or was cut off while it did. Every change would go round for ever.`,
      mend(
        'here',
        `Stop the task ${task}, or hand its target over with lockstep release, before this one is started.`,
      ),
    );
  return warning(
    `The task ${task} has copied from this target to this source. It is not connected at the moment, but together with this task it would make a loop.`,
    mend('here', `Delete the task ${task}, or never run it while this one runs.`),
  );
}

function follows({ primaryHost, primaryPort, replid }: ServerIdentity): Finding {
  return failure(
    `The target is a replica of ${primaryHost}:${primaryPort} and has the source's data already (replication id ${replid.slice(0, 8)}…).`,
    drastic('detaches', 'Let the target stand alone; it keeps the keys that it has now.', 'REPLICAOF NO ONE'),
  );
}

function cascade(feeding: readonly FeedingTask[]): string {
  const [first] = feeding;
  if (!first) return '';
  return `. The source is itself the target of the task ${first.name}, from ${first.checkpoint.source}: such a chain works`;
}

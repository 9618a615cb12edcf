import { countDatabases } from '../../control/database-count.ts';
import { failure, mend, pass } from '../finding.ts';
import type { Check } from '../subjects.ts';

export const databaseNumbers: Check = async ({ source, target, databases }) => {
  const isCluster = (await target.identity()).cluster;
  const held = isCluster ? 1 : await target.inDatabases((redis) => countDatabases(redis));
  const chosen = databases.chosen;
  const used = chosen ? [...chosen] : [...(await source.databases()).keys()];
  const highest = Math.max(0, ...used);
  const beyond = used.filter((db) => db >= held).sort((a, b) => a - b);
  if (isCluster && beyond.length > 0)
    return failure(
      `The target is a cluster, which has database 0 alone; ${list(beyond)} of the source would have no place.`,
      mend('here', `Leave ${list(beyond)} out of the task (--databases 0), or sync to a standalone server.`),
    );
  if (beyond.length === 0)
    return pass(`The target has ${held}, and database ${highest} is the highest to be copied.`);
  return failure(
    `The target has ${held}, from 0 to ${held - 1}; ${list(beyond)} would have no place.`,
    mend('target', `Set this in redis.conf of the target and restart it.`, `databases ${highest + 1}`),
    mend('here', `Or leave ${list(beyond)} out of the task.`),
  );
};

const list = (databases: readonly number[]): string =>
  `${databases.length === 1 ? 'database' : 'databases'} ${databases.join(', ')}`;

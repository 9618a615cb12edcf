import type { DatabaseChoice } from '../../commands/database-choice.ts';
import { failure, mend, pass, type Finding } from '../finding.ts';
import type { Check } from '../subjects.ts';
import { databasesOfTarget } from '../target-databases.ts';

export const databaseNumbers: Check = async ({ source, target, databases }) => {
  const held = await databasesOfTarget(target);
  const isCluster = (await target.identity()).cluster;
  const { chosen } = databases;
  const used = chosen
    ? [...chosen].map((db) => databases.sourceDb(db))
    : [...(await source.databases()).keys()];
  const places = used.map((db) => databases.targetDb(db));
  const highest = Math.max(0, ...places);
  const beyond = used.filter((db) => databases.targetDb(db) >= held).sort((a, b) => a - b);
  if (held === 1 && isCluster && beyond.length > 0) return onCluster(beyond, used.length);
  if (beyond.length === 0)
    return pass(
      `The target has ${held}, and database ${highest} is the highest to be copied${elsewhere(databases)}.`,
    );
  return failure(
    `The target has ${held}, from 0 to ${held - 1}; ${list(beyond)} would have no place.`,
    isCluster
      ? mend(
          'target',
          `Set this in valkey.conf of each node of the target and restart it.`,
          `cluster-databases ${highest + 1}`,
        )
      : mend('target', `Set this in redis.conf of the target and restart it.`, `databases ${highest + 1}`),
    mend('here', `Or leave ${list(beyond)} out of the task, or put each into another (--db ${beyond[0]}:0).`),
  );
};

/** One of them may go into database 0. Two would meet there, and whose a key is that both have, or that a flush is to remove, nobody could say. */
function onCluster(beyond: readonly number[], taken: number): Finding {
  const [first] = beyond;
  const found = `The target is a cluster, which has database 0 alone; ${list(beyond)} of the source would have no place.`;
  if (taken === 1)
    return failure(
      found,
      mend('here', `Put database ${first} into database 0 of the target (--db ${first}:0).`),
    );
  return failure(
    found,
    mend(
      'here',
      `Take one database alone: 0 (--db 0), or another that goes into 0 of the target (--db ${first}:0). Several in one are refused, since keys of one name would overwrite one another.`,
    ),
    mend('target', 'Or sync to a standalone server, or each database to a cluster of its own.'),
  );
}

function elsewhere(databases: DatabaseChoice): string {
  const moved = [...(databases.chosen ?? [])].filter((db) => databases.sourceDb(db) !== db);
  return moved.map((db) => `; database ${databases.sourceDb(db)} of the source goes into ${db}`).join('');
}

const list = (databases: readonly number[]): string =>
  `${databases.length === 1 ? 'database' : 'databases'} ${databases.join(', ')}`;

import { throwIfAborted, type DatabaseComparison } from './compare-database.ts';
import { describePresence, readPresence } from './presence.ts';
import type { DatabaseReport } from '../../../shared/model/comparison.ts';
import { scanPages } from './scan-pages.ts';
import { effectiveTtlMs, TTL_ABSENT } from './ttl.ts';

/** Reports each key of a database that the other server does not have at all: its `databases` setting is lower. */
export async function listDatabase(
  comparison: DatabaseComparison,
  only: 'source' | 'target',
): Promise<DatabaseReport> {
  const { source, target, db } = comparison;
  const side = only === 'source' ? source : target;
  const keysTotal = only === 'source' ? comparison.sourceKeys : comparison.targetKeys;
  const absent = `no database ${db}`;
  let keysDone = 0;
  let differing = 0;
  for await (const keys of scanPages(side, (own) => comparison.onOwnKeys(only, own))) {
    throwIfAborted(comparison.signal);
    const presence = await readPresence(side, keys);
    keys.forEach((key, i) => {
      if (effectiveTtlMs(presence.ttlMs[i]!) === TTL_ABSENT) return;
      differing += 1;
      const present = describePresence(presence, i);
      if (only === 'source') {
        comparison.onDifference(key, { kind: 'missing-on-target', source: present, target: absent });
      } else {
        comparison.onDifference(key, { kind: 'missing-on-source', source: absent, target: present });
      }
    });
    keysDone += keys.length;
    comparison.onProgress({ db, phase: only, keysDone, keysTotal });
  }
  return {
    db,
    sourceKeys: only === 'source' ? differing : 0,
    targetKeys: only === 'target' ? differing : 0,
    compared: 0,
    differing,
  };
}

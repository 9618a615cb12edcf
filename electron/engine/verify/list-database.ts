import type { DatabaseComparison } from './database-comparison.ts';
import { readContents } from './contents/read-contents.ts';
import { describePresence, readPresence } from './presence.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import { scanPages, VALUES_COUNT } from './scan-pages.ts';
import type { SideName } from './side.ts';
import { SlotTally } from './slot-tally.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { effectiveTtlMs, TTL_ABSENT } from './ttl.ts';

/** Reports each key of a database that the other side does not have at all: its `databases` setting is lower, or it is a cluster. */
export async function listDatabase(comparison: DatabaseComparison, only: SideName): Promise<SlotTally> {
  const { routes, db, sample, contents, numbers, pace } = comparison;
  const tally = new SlotTally(routes.divided);
  const keysTotal = only === 'source' ? comparison.sourceKeys : comparison.targetKeys;
  const absent = `no database ${db}`;
  let keysDone = 0;
  for (const server of routes[only].servers()) {
    const onOwn = (own: number): void => comparison.onOwnKeys(only, own);
    for await (const page of scanPages(server, onOwn, () => pace.pageCount(VALUES_COUNT))) {
      throwIfAborted(comparison.signal);
      const keys = sample ? page.filter((key) => sample.takes(key)) : page;
      const presence = await readPresence(server, keys);
      if (contents) await readContents(server, numbers[only], keys, contents[only]);
      keys.forEach((key, i) => {
        if (effectiveTtlMs(presence.ttlMs[i]!) === TTL_ABSENT) return;
        const slot = routes.slotOf(key);
        (only === 'source' ? tally.sourceKeys : tally.targetKeys)[slot]! += 1;
        tally.differing[slot]! += 1;
        comparison.prefixes?.count(only, key);
        if (server.abilities.memoryUsage) comparison.prefixes?.measured(key, presence.bytes[i]!);
        const present = describePresence(presence, i);
        const finding: Finding =
          only === 'source'
            ? { kind: 'missing-on-target', source: present, target: absent }
            : { kind: 'missing-on-source', source: absent, target: present };
        comparison.onDifference(key, slot, finding);
      });
      keysDone += page.length;
      comparison.onProgress({ db, phase: only, keysDone, keysTotal });
      await pace.took(page.length);
    }
  }
  return tally;
}

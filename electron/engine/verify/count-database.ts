import type { DatabaseReport } from '../../../shared/model/comparison.ts';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import type { ComparedSide } from './compared-side.ts';
import type { KeyCounts } from './key-counts.ts';
import { OWN_PREFIX } from './scan-pages.ts';

const NONE: KeyCounts = { keys: 0, expires: 0 };

/** How many keys of the tool's own a side has. They are looked for by name, by going through all names of the database. */
export async function countOwnKeys(side: ComparedSide): Promise<number> {
  await side.select(CHECKPOINT_DB);
  const counts = await Promise.all(
    side.servers().map(async (server) => {
      // A key may come twice while the server resizes its table.
      const found = new Set<string>();
      let cursor = '0';
      do {
        const page = await server.call('SCAN', cursor, 'MATCH', `${OWN_PREFIX.toString()}*`, 'COUNT', 10_000);
        if (!Array.isArray(page)) break;
        cursor = String(page[0]);
        for (const key of page[1] as Buffer[]) found.add(key.toString('latin1'));
      } while (cursor !== '0');
      return found.size;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** One database by what the servers say of it, without the tool's own keys. Keys that have expired and are not removed yet count. */
export function countDatabase(
  db: number,
  counted: { readonly source: KeyCounts | undefined; readonly target: KeyCounts | undefined },
  own: { readonly source: number; readonly target: number },
): DatabaseReport {
  const { source = NONE, target = NONE } = counted;
  const sourceKeys = Math.max(0, source.keys - own.source);
  const targetKeys = Math.max(0, target.keys - own.target);
  return {
    ...{ db, sourceKeys, targetKeys, compared: 0 },
    differing: Math.abs(sourceKeys - targetKeys),
    expires: { source: source.expires, target: target.expires },
  };
}

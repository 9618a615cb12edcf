import type { DatabaseReport } from '../../../shared/model/comparison.ts';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import type { ComparedSide } from './compared-side.ts';
import type { KeyCounts } from './key-counts.ts';
import { ownNames } from './own-names.ts';
import { OWN_PREFIX } from './scan-pages.ts';

const NONE: KeyCounts = { keys: 0, expires: 0 };

/** How many keys of the tool's own a side has. They are looked for by name, by going through all names of the database. */
export async function countOwnKeys(side: ComparedSide, onPassed: (names: number) => void): Promise<number> {
  await side.select(CHECKPOINT_DB);
  const counts = await Promise.all(
    side.servers().map(async (server) => {
      const found = await ownNames(server, `${OWN_PREFIX.toString()}*`, onPassed);
      return new Set(found.map((key) => key.toString('latin1'))).size;
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

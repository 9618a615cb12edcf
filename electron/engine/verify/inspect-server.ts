import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { Inspection } from '../../../shared/model/contents.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { locate } from '../intake/resolver/resolver.ts';
import type { World } from '../world/world.ts';
import { SHARDS_AT_ONCE } from './compare-database.ts';
import { ComparedSide } from './compared-side.ts';
import { ContentsTally } from './contents/contents-tally.ts';
import { readContents } from './contents/read-contents.ts';
import { scanPages, VALUES_COUNT } from './scan-pages.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { WalkPace, type PaceWish } from './walk-pace.ts';

export interface InspectOptions {
  readonly world: World;
  readonly source: Endpoint;
  /** Only these; all by default. */
  readonly databases?: readonly number[] | undefined;
  readonly onProgress?: (db: number, keysDone: number, keysTotal: number) => void;
  readonly pace?: PaceWish | undefined;
  readonly signal: AbortSignal;
}

/**
 * Looks at every key of one server or cluster, reading only, and of a cluster from its primaries alone: what there is by type, expiry,
 * size and slot. @throws LockstepError as `ComparedSide.open` does; INTERRUPTED when the signal is aborted
 */
export async function inspectServer(options: InspectOptions): Promise<Inspection> {
  const { world, signal, databases: chosen } = options;
  const startedMs = world.clock.monotonicMs();
  const side = await ComparedSide.open(world, 'source', await locate(world, 'source', options.source));
  const close = (): void => side.close();
  signal.addEventListener('abort', close);
  try {
    throwIfAborted(signal);
    const tally = new ContentsTally();
    const pace = new WalkPace({ wish: options.pace, clock: world.clock, signal, ping: () => side.ping() });
    const databases: { db: number; keys: number }[] = [];
    let ownKeys = 0;
    const counts = await side.keyCounts();
    const wanted = [...counts.keys()].filter((db) => chosen?.includes(db) ?? true).toSorted((a, b) => a - b);
    for (const db of wanted) {
      await side.select(db);
      const keysTotal = counts.get(db)!.keys;
      let keysDone = 0;
      await eachAtOnce(side.servers(), SHARDS_AT_ONCE, async (server) => {
        const onOwn = (own: number): void => void (ownKeys += own);
        for await (const page of scanPages(server, onOwn, () => pace.pageCount(VALUES_COUNT))) {
          throwIfAborted(signal);
          await readContents(server, db, page, tally);
          keysDone += page.length;
          options.onProgress?.(db, keysDone, keysTotal);
          await pace.took(page.length);
        }
      });
      databases.push({ db, keys: keysDone });
    }
    if (side.isCluster && (await side.refresh()).size > 0) tally.exact = false;
    const durationMs = Math.round(world.clock.monotonicMs() - startedMs);
    return { databases, contents: tally.told(), ownKeys, durationMs };
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

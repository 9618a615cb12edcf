import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { compareDatabase, throwIfAborted, type DatabaseComparison } from './compare-database.ts';
import { compareFunctions } from './compare-functions.ts';
import { listDatabase } from './list-database.ts';
import { printableBytes } from './printable-bytes.ts';
import type {
  CompareProgress,
  CompareReport,
  DatabaseReport,
  Difference,
} from '../../../shared/model/comparison.ts';
import { Side } from './side.ts';
import { readLateness } from './target-lateness.ts';
import type { World } from '../world/world.ts';

export interface CompareOptions {
  readonly world: World;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** Only these; all by default. */
  readonly databases?: readonly number[] | undefined;
  /** How many differences the report lists; all are counted. */
  readonly maxDifferences?: number;
  readonly onProgress?: (progress: CompareProgress) => void;
  readonly signal?: AbortSignal;
}

const MAX_DIFFERENCES = 20;

/**
 * Compares every key of every database of two standalone servers, or of those that are named, and their function libraries, reading only.
 *
 * Expiry that a task has written late (lateness.ts) is read as the true one on the target, never on the source; a key that has
 * truly expired counts as absent. The source may change meanwhile: a difference counts when four readings within 600 ms or more all found it.
 *
 * @throws LockstepError by the side that failed: *_UNREACHABLE, *_TLS, *_AUTH, *_NO_PERMISSION, *_LOADING, *_CLUSTER,
 * *_LINK_LOST, *_PROTOCOL; INTERRUPTED when the signal is aborted
 */
export async function compareServers(options: CompareOptions): Promise<CompareReport> {
  const { clock } = options.world;
  const startedMs = clock.monotonicMs();
  const most = options.maxDifferences ?? MAX_DIFFERENCES;
  const differences: Difference[] = [];
  let differencesTotal = 0;
  const ownKeys = { source: 0, target: 0 };
  const note = (difference: Difference): void => {
    differencesTotal += 1;
    if (differences.length < most) differences.push(difference);
  };

  const [source, target] = await openBoth(options);
  const stop = (): void => {
    source.close();
    target.close();
  };
  options.signal?.addEventListener('abort', stop);
  try {
    target.latenessOf = await readLateness(target);
    const databases: DatabaseReport[] = [];
    for (const [name, finding] of await compareFunctions(source, target))
      note({ ...finding, db: null, key: name });
    const [atSource, atTarget] = await Promise.all([source.keyCounts(), target.keyCounts()]);
    const numbers = [...new Set([...atSource.keys(), ...atTarget.keys()])].toSorted((a, b) => a - b);
    const chosen = numbers.filter((db) => options.databases?.includes(db) ?? true);
    for (const db of chosen) {
      const comparison: DatabaseComparison = {
        source,
        target,
        db,
        sourceKeys: atSource.get(db)?.keys ?? 0,
        targetKeys: atTarget.get(db)?.keys ?? 0,
        onOwnKeys: (side, keys) => void (ownKeys[side] += keys),
        onDifference: (key, finding) => note({ ...finding, db, key: printableBytes(key) }),
        onProgress: (progress) => options.onProgress?.({ ...progress, differences: differencesTotal }),
        signal: options.signal,
      };
      const [onSource, onTarget] = await Promise.all([source.select(db), target.select(db)]);
      const both = onSource && onTarget;
      databases.push(
        await (both ? compareDatabase(comparison) : listDatabase(comparison, onSource ? 'source' : 'target')),
      );
    }
    return {
      equal: differencesTotal === 0,
      databases,
      differences,
      differencesTotal,
      leftOut: {
        databases: numbers.filter((db) => !chosen.includes(db)),
        ownKeys,
        functions: source.abilities.functions && target.abilities.functions,
      },
      durationMs: Math.round(clock.monotonicMs() - startedMs),
    };
  } catch (error) {
    // The connections were closed so as not to wait for the end of a large value.
    throwIfAborted(options.signal);
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
    stop();
  }
}

async function openBoth(options: CompareOptions): Promise<[Side, Side]> {
  const opened = await Promise.allSettled([
    Side.open(options.world, 'source', options.source),
    Side.open(options.world, 'target', options.target),
  ]);
  const sides = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (sides.length === 2) return sides as [Side, Side];
  for (const side of sides) side.close();
  throw opened.find((result) => result.status === 'rejected')!.reason;
}

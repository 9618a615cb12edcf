import { DEFAULT_SAMPLE, type SampleSize } from '../../../shared/model/comparison-choice.ts';
import type { DatabasePair } from '../../../shared/model/database-map.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { compareDatabase } from './compare-database.ts';
import type { DatabaseComparison } from './database-comparison.ts';
import type { ComparedSide } from './compared-side.ts';
import { DifferenceList } from './difference-list.ts';
import { countSlots, describeSlots } from '../router/slot-ranges.ts';
import { ContentsTally } from './contents/contents-tally.ts';
import { compareFunctions, knowFunctions } from './compare-functions.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { listDatabase } from './list-database.ts';
import { withBoth } from './open-both.ts';
import { prefixReport } from './prefix-report.ts';
import { PrefixTree, type PrefixRoom } from './prefix-tree.ts';
import { namedBytes } from './printable-bytes.ts';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import { countDatabase, countOwnKeys } from './count-database.ts';
import type { KeyCounts } from './key-counts.ts';
import { KeySample } from './key-sample.ts';
import { sampleReport, shareOf } from './sample-report.ts';
import { searchProgress } from './search-progress.ts';
import type { SideName } from './side.ts';
import type {
  CompareLevel,
  CompareProgress,
  CompareReport,
  DatabaseReport,
  ShardReport,
  SlotReport,
} from '../../../shared/model/comparison.ts';
import { slotReport } from './slot-report.ts';
import { SlotRoutes } from './slot-routes.ts';
import { SlotTally } from './slot-tally.ts';
import { findCheckpoints } from './checkpoints-there.ts';
import { latenessOf } from './target-lateness.ts';
import { TargetProgress } from './target-progress.ts';
import { WalkPace, type PaceWish } from './walk-pace.ts';
import type { World } from '../world/world.ts';

export interface CompareOptions {
  readonly world: World;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** Only these of the source; all by default. */
  readonly databases?: readonly number[] | undefined;
  /** Those of them that are compared with a database of another number. */
  readonly databaseMap?: readonly DatabasePair[] | undefined;
  /** `values` by default. */
  readonly level?: CompareLevel | undefined;
  /** How many keys are looked at, where the level is `sample`; DEFAULT_SAMPLE by default. */
  readonly sample?: SampleSize | undefined;
  /** How many differences the report lists; all are counted. */
  readonly maxDifferences?: number;
  /**
   * Whether keys are counted by what their names begin with; `delimiter` divides names, and is found in them where it is left out; with
   * `memory` it is estimated what they take.
   */
  readonly byPrefix?: { readonly delimiter?: string | undefined; readonly memory?: boolean } | undefined;
  /** Whether either side is counted by types, expiry, sizes and slots as well; not at the level `count`. */
  readonly contents?: boolean | undefined;
  /** Whether differences are counted by slot even where neither side is a cluster. */
  readonly bySlot?: boolean | undefined;
  /** How fast it may go, which may change meanwhile. */
  readonly pace?: PaceWish | undefined;
  readonly onProgress?: (progress: CompareProgress) => void;
  readonly signal?: AbortSignal;
}

const MAX_DIFFERENCES = 20;

/**
 * Compares every key of every database of two sides, each a standalone server or a cluster, or of the databases that are named, and their
 * function libraries, reading only, and of a cluster from its primaries alone. The level says how closely, and of a sample how many.
 *
 * Expiry that a task has written late (lateness.ts) is read as the true one on the target, never on the source; a key that has
 * truly expired counts as absent. The source may change meanwhile: a difference counts when four readings within 600 ms or more all found it, and
 * a task that writes to the target has brought by then what the source had at the first.
 *
 * @throws LockstepError by the side that failed: *_UNREACHABLE, *_TLS, *_AUTH, *_NO_PERMISSION, *_LOADING, *_CLUSTER_DOWN,
 * *_LINK_LOST, *_PROTOCOL; INTERRUPTED when the signal is aborted
 */
export async function compareServers(options: CompareOptions): Promise<CompareReport> {
  const { clock } = options.world;
  const { level = 'values' } = options;
  const startedMs = clock.monotonicMs();
  const differences = new DifferenceList(options.maxDifferences ?? MAX_DIFFERENCES);
  const ownKeys = { source: 0, target: 0 };
  return withBoth(options, async (source, target) => {
    const [atSource, atTarget] = await Promise.all([source.keyCounts(), target.keyCounts()]);
    const choice = DatabaseChoice.of(options);
    const onPassed = searchProgress(
      level === 'count' ? [atSource, atTarget] : [atTarget],
      options.onProgress,
    );
    const tasks = level === 'count' ? [] : await findCheckpoints(target.servers(), onPassed);
    target.useLateness(latenessOf(tasks));
    const progress = new TargetProgress({ source, target, tasks });
    for (const [name, finding] of await compareFunctions(source, target))
      differences.note({ ...finding, db: null, key: name }, 0);
    const onSource = [...atSource.keys()];
    const numbers = distinct([...onSource.map((db) => choice.targetDb(db)), ...atTarget.keys()]);
    const chosen = numbers.filter((db) => choice.includes(db));
    const countsOf = (db: number): Record<SideName, KeyCounts | undefined> => ({
      source: atSource.get(choice.sourceDb(db)),
      target: atTarget.get(db),
    });
    if (level === 'count')
      [ownKeys.source, ownKeys.target] = await Promise.all([
        countOwnKeys(source, onPassed),
        countOwnKeys(target, onPassed),
      ]);
    const share =
      level === 'sample' ? shareOf(options.sample ?? DEFAULT_SAMPLE, chosen.map(countsOf)) : undefined;
    const sample = share === undefined ? undefined : new KeySample(share);
    const pace = new WalkPace({
      ...{ wish: options.pace, clock, signal: options.signal },
      ping: () => Promise.all([source.ping(), target.ping()]),
    });
    const databases: DatabaseReport[] = [];
    const restless = new Set<number>();
    let inAll: SlotTally | undefined;
    const trees = new Map<number, PrefixTree>();
    const contents =
      options.contents && level !== 'count'
        ? { source: new ContentsTally(), target: new ContentsTally() }
        : undefined;
    const room: PrefixRoom = { nodes: 0, asked: 0 };
    for (const db of chosen) {
      const sourceDb = choice.sourceDb(db);
      const renumbered = sourceDb === db ? {} : { sourceDb };
      if (level === 'count') {
        const own = { source: sourceDb === CHECKPOINT_DB, target: db === CHECKPOINT_DB };
        const counted = countDatabase(db, countsOf(db), {
          source: own.source ? ownKeys.source : 0,
          target: own.target ? ownKeys.target : 0,
        });
        differences.noteUnknown(counted.differing);
        databases.push({ ...counted, ...renumbered });
        continue;
      }
      const routes = new SlotRoutes(source, target, options.bySlot);
      const { byPrefix } = options;
      const prefixes = byPrefix && new PrefixTree(room, byPrefix.delimiter, byPrefix.memory);
      if (prefixes) trees.set(db, prefixes);
      const comparison: DatabaseComparison = {
        ...{ routes, db, level, sample, progress, pace },
        sourceKeys: countsOf(db).source?.keys ?? 0,
        targetKeys: countsOf(db).target?.keys ?? 0,
        onOwnKeys: (side, keys) => void (ownKeys[side] += keys),
        numbers: { source: sourceDb, target: db },
        ...{ prefixes, contents },
        onDifference: (key, slot, finding) => {
          differences.note({ ...finding, db, ...namedBytes(key) }, slot);
          prefixes?.differ(finding.kind, key, slot);
        },
        onAnew: (slots, differing) => {
          differences.forget(db, slots, differing);
          prefixes?.forget(slots);
          if (contents) contents.source.exact = contents.target.exact = false;
        },
        onProgress: (passed) =>
          options.onProgress?.({ ...passed, ...renumbered, differences: differences.total }),
        signal: options.signal,
      };
      const [isThere, isHere] = await Promise.all([source.select(sourceDb), target.select(db)]);
      const tally =
        isThere && isHere
          ? await compareDatabase(comparison)
          : await listDatabase(comparison, isThere ? 'source' : 'target');
      databases.push({ db, ...renumbered, ...tally.sum() });
      if (inAll) inAll.add(tally);
      else inAll = tally;
      if (isThere && isHere) for (const slot of routes.restless) restless.add(slot);
    }
    const walked = level !== 'count';
    const bySlot = walked && (source.isCluster || target.isCluster || options.bySlot === true);
    return {
      level,
      equal: differences.total === 0 && restless.size === 0,
      ...(share !== undefined && { sample: sampleReport(share, databases) }),
      databases,
      shards: {
        source: walked ? shardReports(source, inAll) : [],
        target: walked ? shardReports(target, inAll) : [],
      },
      ...(bySlot && { slots: slotReports(source, target, inAll) }),
      ...(options.byPrefix && walked && { byPrefix: prefixReport(trees) }),
      ...(contents && {
        contents: { source: contents.source.told(), target: contents.target.told() },
      }),
      differences: differences.listed(),
      differencesTotal: differences.total,
      leftOut: {
        databases: distinct([
          ...onSource.filter((db) => !choice.takes(db)),
          ...[...atTarget.keys()].filter((db) => !choice.includes(db)),
        ]),
        ownKeys,
        functions: knowFunctions(source, target),
        slots: [...restless].toSorted((a, b) => a - b),
      },
      durationMs: Math.round(clock.monotonicMs() - startedMs),
    };
  });
}

const distinct = (numbers: readonly number[]): number[] => [...new Set(numbers)].toSorted((a, b) => a - b);

/** By the layout at the end. Nothing was counted where no database holds a key. */
const shardReports = (side: ComparedSide, tally = new SlotTally(true)): ShardReport[] =>
  side.shards().map(({ primary, slots }) => ({
    primary,
    slots: describeSlots(slots),
    slotCount: countSlots(slots),
    ...tally.sum(slots),
  }));

/** By the layouts at the end, too. */
const slotReports = (source: ComparedSide, target: ComparedSide, tally = new SlotTally(true)): SlotReport =>
  slotReport(tally, {
    ofSource: (slot) => source.primaryOf(slot),
    ofTarget: (slot) => target.primaryOf(slot),
  });

import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { comparePage } from './page-comparer.ts';
import { keyCommand, PageRequest } from './page-reader.ts';
import { RecheckQueue } from './recheck-queue.ts';
import type { CompareProgress, DatabaseReport, Finding } from '../../../shared/model/comparison.ts';
import { scanPages } from './scan-pages.ts';
import type { Side } from './side.ts';
import { sleep } from '../world/clock.ts';

/** Keys that wait for another reading; beyond it the scan waits for them. */
const MOST_WAITING = 20_000;
const RECHECK_PAGE = 500;
/** While one page is compared here, the servers read the next. */
const PAGES_AT_ONCE = 2;

const EXISTS = keyCommand('EXISTS', undefined);

export interface DatabaseComparison {
  readonly source: Side;
  readonly target: Side;
  readonly db: number;
  /** From INFO, for the progress. */
  readonly sourceKeys: number;
  readonly targetKeys: number;
  /** Keys of the tool's own were left out. */
  readonly onOwnKeys: (side: 'source' | 'target', keys: number) => void;
  readonly onDifference: (key: Buffer, finding: Finding) => void;
  readonly onProgress: (progress: Omit<CompareProgress, 'differences'>) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Compares one database, which is selected on both sides: every key of the source with the target, then every key of the
 * target for its existence on the source. Each difference is read again before it counts.
 *
 * @throws LockstepError INTERRUPTED when the signal is aborted, and whatever the connections report
 */
export async function compareDatabase(comparison: DatabaseComparison): Promise<DatabaseReport> {
  const { source, target, db } = comparison;
  const report: DatabaseReport = { db, sourceKeys: 0, targetKeys: 0, compared: 0, differing: 0 };
  const { clock } = source;
  const queue = new RecheckQueue(() => clock.now());

  const compare = async (keys: readonly Buffer[]): Promise<void> => {
    const result = await comparePage(source, target, keys);
    report.sourceKeys += result.onSource;
    report.compared += result.onBoth;
    result.findings.forEach((finding, i) => finding && queue.add(keys[i]!));
  };
  const reread = async (): Promise<void> => {
    const keys = queue.due(RECHECK_PAGE);
    if (keys.length === 0) return;
    const { findings } = await comparePage(source, target, keys);
    keys.forEach((key, i) => {
      if (!queue.settle(key, findings[i])) return;
      report.differing += 1;
      comparison.onDifference(key, findings[i]!);
    });
  };
  const settleDownTo = async (most: number): Promise<void> => {
    while (queue.size > most) {
      throwIfAborted(comparison.signal);
      await sleep(clock, queue.pauseMs());
      await reread();
      if (most === 0) {
        const keysTotal = report.differing + queue.size;
        comparison.onProgress({ db, phase: 'reread', keysDone: report.differing, keysTotal });
      }
    }
  };
  const walk = async (
    phase: 'source' | 'target',
    keysTotal: number,
    work: (keys: Buffer[]) => Promise<void>,
  ): Promise<void> => {
    const pages = scanPages(phase === 'source' ? source : target, (keys) =>
      comparison.onOwnKeys(phase, keys),
    );
    let keysDone = 0;
    const worker = async (): Promise<void> => {
      for (let page = await pages.next(); !page.done; page = await pages.next()) {
        throwIfAborted(comparison.signal);
        await work(page.value);
        await reread();
        await settleDownTo(MOST_WAITING);
        keysDone += page.value.length;
        comparison.onProgress({ db, phase, keysDone, keysTotal });
      }
    };
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, worker));
  };

  await walk('source', comparison.sourceKeys, compare);
  await walk('target', comparison.targetKeys, async (keys) => {
    const missing = await missingFrom(source, keys);
    // What is on both sides was compared from the source's side.
    const extra = missing.length === 0 ? undefined : await comparePage(source, target, missing);
    report.targetKeys += keys.length - missing.length + (extra?.onTarget ?? 0);
    extra?.findings.forEach((finding, i) => finding && queue.add(missing[i]!));
  });
  await settleDownTo(0);
  return report;
}

/** Those of the keys that the side does not hold. One command for all, and one each where some are missing (or before 3.0.3). */
async function missingFrom(side: Side, keys: readonly Buffer[]): Promise<Buffer[]> {
  if (side.abilities.multiExists && (await side.call('EXISTS', ...keys)) === keys.length) return [];
  const request = new PageRequest();
  for (const key of keys) request.add(EXISTS, key);
  const replies = await side.read(request);
  return keys.filter((_, i) => replies[i] !== 1);
}

/** @throws LockstepError INTERRUPTED when the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LockstepError('INTERRUPTED', 'the comparison was asked to stop');
}

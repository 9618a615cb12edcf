import { formatBytes } from '../../../../shared/format/numbers.ts';
import { mend, notice, pass, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

/** Past this share of the machine's memory, a fork under writes may not fit beside its parent. */
const MOST_SHARE = 0.6;

export interface SnapshotFacts {
  readonly diskless: boolean;
  readonly lastFailed: boolean;
  readonly underWay: boolean;
  readonly usedBytes: number;
  /** Undefined before 3.2, and where the server does not tell. */
  readonly machineBytes: number | undefined;
  /** What all nodes of the source on that machine use together; undefined or less than `usedBytes` where that is this one alone. */
  readonly machineUsedBytes?: number | undefined;
}

export const sourceSnapshot: Check = async (subjects) => {
  const machines = await memoryByMachine((await subjects.feeds()).map(({ view }) => view));
  return subjects.lookAtFeeds((node) => lookAtOne(node, machines));
};

async function lookAtOne(source: ServerView, machines: ReadonlyMap<string, number>): Promise<Finding> {
  const info = await source.info();
  return judgeSnapshot({
    // Since 7.0 that is the default, and where it cannot be read it is taken for the cautious one.
    diskless: (await source.config('repl-diskless-sync')) === 'yes',
    lastFailed: info.get('rdb_last_bgsave_status') === 'err',
    underWay: info.get('rdb_bgsave_in_progress') === '1' || info.get('aof_rewrite_in_progress') === '1',
    usedBytes: await memoryOf(source),
    machineBytes: await source.figure('total_system_memory'),
    machineUsedBytes: machines.get(source.endpoint.host),
  });
}

const memoryOf = async (node: ServerView): Promise<number> =>
  (await node.figure('used_memory_rss')) ?? (await node.figure('used_memory')) ?? 0;

/** What all nodes use that are read and on one machine, as far as their addresses tell: all of them fork at the same time. */
async function memoryByMachine(nodes: readonly ServerView[]): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  for (const node of nodes) {
    const { host } = node.endpoint;
    // One that cannot be asked is told by its own look.
    sums.set(host, (sums.get(host) ?? 0) + (await memoryOf(node).catch(() => 0)));
  }
  return sums;
}

export function judgeSnapshot(facts: SnapshotFacts): Finding {
  const { diskless, lastFailed, underWay, usedBytes, machineBytes, machineUsedBytes = 0 } = facts;
  const forkedBytes = Math.max(usedBytes, machineUsedBytes);
  const way = diskless
    ? 'The snapshot goes straight to the link, without a file (repl-diskless-sync yes)'
    : 'The snapshot is written to the disk of the source first (repl-diskless-sync no)';
  const others = forkedBytes > usedBytes ? `, all nodes there ${formatBytes(forkedBytes)}` : '';
  const memory =
    machineBytes === undefined
      ? `it uses ${formatBytes(usedBytes)} of memory`
      : `it uses ${formatBytes(usedBytes)} of the ${formatBytes(machineBytes)} of its machine${others}`;
  if (lastFailed) {
    return warning(
      `The last background save of the source failed. ${way}.`,
      mend(
        'source',
        'Look into its log; make room on its disk, or give its machine memory for the fork. Then save again.',
        'BGSAVE',
      ),
      ...(diskless
        ? []
        : [
            mend(
              'source',
              'If it is the disk, let the snapshot go without one, and save again where the disk allows it.',
              'CONFIG SET repl-diskless-sync yes',
            ),
          ]),
    );
  }
  if (machineBytes !== undefined && forkedBytes > MOST_SHARE * machineBytes) {
    return warning(
      `${way}; ${memory}. The fork shares that memory, but what is written meanwhile is held twice, and may not fit.`,
      mend('source', 'Run the full copy at a quiet hour, or from a replica of the source.'),
      mend(
        'source',
        'Let the kernel grant the fork, if its machine does not yet.',
        'sysctl vm.overcommit_memory=1',
      ),
    );
  }
  if (underWay)
    return notice(`${way}; ${memory}. A save or rewrite is under way now; the snapshot waits for its end.`);
  return pass(`${way}; ${memory}.`);
}

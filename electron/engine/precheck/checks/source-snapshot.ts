import { formatBytes } from '../../../../shared/format/numbers.ts';
import { mend, notice, pass, warning, type Finding } from '../finding.ts';
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
}

export const sourceSnapshot: Check = async ({ source }) => {
  const info = await source.info();
  return judgeSnapshot({
    // Since 7.0 that is the default, and where it cannot be read it is taken for the cautious one.
    diskless: (await source.config('repl-diskless-sync')) === 'yes',
    lastFailed: info.get('rdb_last_bgsave_status') === 'err',
    underWay: info.get('rdb_bgsave_in_progress') === '1' || info.get('aof_rewrite_in_progress') === '1',
    usedBytes: (await source.figure('used_memory_rss')) ?? (await source.figure('used_memory')) ?? 0,
    machineBytes: await source.figure('total_system_memory'),
  });
};

export function judgeSnapshot(facts: SnapshotFacts): Finding {
  const { diskless, lastFailed, underWay, usedBytes, machineBytes } = facts;
  const way = diskless
    ? 'The snapshot goes straight to the link, without a file (repl-diskless-sync yes)'
    : 'The snapshot is written to the disk of the source first (repl-diskless-sync no)';
  const memory =
    machineBytes === undefined
      ? `it uses ${formatBytes(usedBytes)} of memory`
      : `it uses ${formatBytes(usedBytes)} of the ${formatBytes(machineBytes)} of its machine`;
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
  if (machineBytes !== undefined && usedBytes > MOST_SHARE * machineBytes) {
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

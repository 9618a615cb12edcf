import { differenceOf, isCounted } from '../../../shared/model/drift.ts';
import type { HistoryPoint, HistoryRange } from '../../../shared/model/history.ts';
import { HISTORY_RANGES } from '../../../shared/model/history.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import { Tier } from './tier.ts';

/**
 * A report covers the time since the one before it. Up to this distance that includes steps in which no report happened to
 * arrive; beyond, the task did not run or was silent, and the gap stays a gap.
 */
const COVERED_MS = 2500;

/** The past of one task in three resolutions, from 5 minutes in seconds to a day in 5 minutes. In memory only. */
export class History {
  private tiers: Readonly<Record<HistoryRange, Tier>> | undefined;
  private lastAtMs = -Infinity;

  add(metrics: Metrics): void {
    if (!isCounted(metrics)) return;
    const sinceMs = metrics.atMs - this.lastAtMs;
    const coversFromMs = sinceMs > 0 && sinceMs <= COVERED_MS ? this.lastAtMs : metrics.atMs;
    const difference = differenceOf(metrics.databases);
    // A task that never runs needs none.
    this.tiers ??= makeTiers();
    for (const tier of Object.values(this.tiers)) tier.add(metrics, difference, coversFromMs);
    this.lastAtMs = metrics.atMs;
  }

  /** Oldest first; the rates and the lag are the task's also where `db` names one database. */
  points(range: HistoryRange, db: number | null, nowMs: number): HistoryPoint[] {
    return this.tiers?.[range].points(db, nowMs) ?? [];
  }
}

const makeTiers = (): Record<HistoryRange, Tier> => ({
  '5m': new Tier(HISTORY_RANGES['5m']),
  '1h': new Tier(HISTORY_RANGES['1h']),
  '24h': new Tier(HISTORY_RANGES['24h']),
});

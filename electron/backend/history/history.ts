import { isCounted } from '../../../shared/model/drift.ts';
import {
  copyUnfinished,
  HISTORY_TIERS,
  tierFor,
  type HistoryPoint,
  type HistoryWindow,
} from '../../../shared/model/history.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import type { StoredFigures } from './stored-history.ts';
import { Tier } from './tier.ts';

/**
 * A report covers the time since the one before it. Up to this distance that includes steps in which no report happened to
 * arrive; beyond, the task did not run or was silent, and the gap stays a gap.
 */
const COVERED_MS = 2500;

/** The figures of one task's past in several resolutions, from 10 minutes in seconds to a month in steps of 2 hours. */
export class History {
  private tiers: readonly Tier[] | undefined;
  private lastAtMs = -Infinity;
  /** Nothing is known of the target before a copy has ended, or the stream is applied. */
  private copying = true;

  add(metrics: Metrics): void {
    this.copying = copyUnfinished(metrics.phase, this.copying);
    if (!isCounted(metrics)) return;
    const sinceMs = metrics.atMs - this.lastAtMs;
    const coversFromMs = sinceMs > 0 && sinceMs <= COVERED_MS ? this.lastAtMs : metrics.atMs;
    // A task that never runs needs none.
    this.tiers ??= makeTiers();
    for (const tier of this.tiers) tier.add(metrics, this.copying, coversFromMs);
    this.lastAtMs = metrics.atMs;
  }

  /** Oldest first; the rates and the lag are the task's also where `db` names one database. */
  points(
    window: HistoryWindow,
    db: number | null,
    nowMs: number,
  ): { stepMs: number; points: HistoryPoint[] } {
    const { stepMs } = tierFor(window, nowMs);
    const tier = this.tiers?.find((one) => one.stepMs === stepMs);
    const toMs = Math.min(window.endMs ?? nowMs, nowMs);
    return { stepMs, points: tier?.points(db, toMs - window.spanMs, toMs) ?? [] };
  }

  stored(): StoredFigures {
    return { copying: this.copying, tiers: (this.tiers ?? []).map((tier) => tier.stored()) };
  }

  restore({ copying, tiers }: StoredFigures): void {
    this.copying = copying;
    if (tiers.length === 0) return;
    this.tiers ??= makeTiers();
    for (const tier of this.tiers) {
      const stored = tiers.find(({ stepMs }) => stepMs === tier.stepMs);
      if (stored) tier.restore(stored);
    }
  }
}

const makeTiers = (): Tier[] => HISTORY_TIERS.map((tier) => new Tier(tier));

import type { Activity } from '../../shared/model/activity.ts';
import { FRESH_MS } from '../../shared/model/figure-age.ts';
import type { JudgedTaskNow } from '../state/judgement.ts';
import { comparisonSpells, faultSpells, spellsOf, type PresentStatus, type Spell } from './spell.ts';

export interface ShownActivity {
  /** What the task was, one after the other. */
  readonly bands: readonly Spell[];
  readonly comparisons: readonly Spell[];
  readonly faults: readonly Spell[];
  /** Full copies so far. */
  readonly copies: number;
  /** Earlier ones are no longer kept; null while all are. */
  readonly keptFromMs: number | null;
  /** By the clock of the host. */
  readonly nowMs: number;
}

/** Clocks that are this close together are taken for one. */
const SAME_CLOCK_MS = 5000;

/** `aheadMs`: how far the clock of the host is ahead of the page's. */
export function shownActivity(
  activity: Activity,
  judged: Pick<JudgedTaskNow, 'task' | 'judgement' | 'nowMs'>,
  aheadMs: number,
): ShownActivity {
  const nowMs = judged.nowMs + (Math.abs(aheadMs) < SAME_CLOCK_MS ? 0 : aheadMs);
  return {
    bands: spellsOf(activity, presentOf(judged, nowMs), nowMs),
    comparisons: comparisonSpells(activity, nowMs),
    faults: faultSpells(activity),
    copies: activity.copies,
    keptFromMs: activity.keptFromMs,
    nowMs,
  };
}

/** Where nothing is heard, the page knows it first: since the last figure ceased to be one of now. */
function presentOf(
  { task, judgement }: Pick<JudgedTaskNow, 'task' | 'judgement'>,
  nowMs: number,
): PresentStatus {
  const { status, unheard, ages } = judgement;
  if (unheard === null) return { status, sinceMs: task.sinceMs };
  const { forMs } = unheard === 'source' ? ages.source : ages.report;
  return { status, sinceMs: nowMs - Math.max(0, forMs - FRESH_MS) };
}

import {
  MOST_BANDS,
  MOST_COMPARISONS,
  MOST_FAULTS,
  NO_ACTIVITY,
  type Activity,
  type ActivityBand,
  type ActivityComparison,
  type ActivityFault,
  type BandStatus,
} from '../../../shared/model/activity.ts';
import { FRESH_MS } from '../../../shared/model/figure-age.ts';
import type { TaskStatus } from '../../../shared/model/task-status.ts';

/** Of these an engine tells once a second; where it does not for longer, nobody knows. */
const TOLD_EACH_SECOND: ReadonlySet<BandStatus> = new Set<BandStatus>([
  'receiving',
  'full-copy',
  'clearing',
  'catching-up',
  'partial',
  'in-step',
  'differs',
]);
const AT_REST: ReadonlySet<BandStatus> = new Set<BandStatus>(['stopped', 'failed', 'completed']);
const COPYING: ReadonlySet<BandStatus> = new Set<BandStatus>([
  'receiving',
  'asking',
  'full-copy',
  'clearing',
]);
/** A copy that is held up by these goes on as the same one. */
const HOLDS_UP: ReadonlySet<BandStatus> = new Set<BandStatus>(['pausing', 'paused', 'unheard']);

const MOST_TEXT = 300;

/** What has become of a task, as it is judged from one moment to the next. Nothing is made up for the times between. */
export class ActivityRecord {
  private activity: Activity;
  /** When it was last looked at. */
  private seenAtMs = -Infinity;

  constructor(activity: Activity = NO_ACTIVITY) {
    this.activity = activity;
  }

  get current(): Activity {
    return this.activity;
  }

  /** The task is that now. @returns whether that is new */
  look(status: TaskStatus, nowMs: number): boolean {
    const last = this.activity.bands.at(-1);
    const silentFromMs = this.seenAtMs + FRESH_MS;
    this.seenAtMs = nowMs;
    let changed = false;
    if (last && last.toMs === null && TOLD_EACH_SECOND.has(last.status) && nowMs > silentFromMs) {
      this.enter('unheard', silentFromMs);
      changed = true;
    }
    if (this.activity.bands.at(-1)?.status === status && this.activity.bands.at(-1)?.toMs === null)
      return changed;
    // One that has never run has nothing to tell.
    if (!last && AT_REST.has(status)) return changed;
    this.enter(status, nowMs);
    return true;
  }

  /**
   * Goes on from what another run of the application has left: it knew of the task until `knownUntilMs`. `status` is what the task
   * has been since this one began.
   */
  resume(knownUntilMs: number, beganAtMs: number, status: TaskStatus): void {
    const { bands, comparisons } = this.activity;
    const last = bands.at(-1);
    this.change({
      comparisons: comparisons.map((one) =>
        one.toMs === null ? { ...one, toMs: Math.max(one.fromMs, knownUntilMs), outcome: 'cancelled' } : one,
      ),
    });
    if (last && !AT_REST.has(last.status)) this.enter('closed', Math.min(knownUntilMs, beganAtMs));
    if (last && this.activity.bands.at(-1)?.status !== status) this.enter(status, beganAtMs);
    this.seenAtMs = beganAtMs;
  }

  fault(fault: ActivityFault): void {
    const text = fault.text.slice(0, MOST_TEXT);
    this.change({ faults: [...this.activity.faults, { ...fault, text }].slice(-MOST_FAULTS) });
  }

  compare(comparison: ActivityComparison): void {
    const { comparisons } = this.activity;
    const others = comparisons.filter(({ fromMs }) => fromMs !== comparison.fromMs);
    this.change({ comparisons: [...others, comparison].slice(-MOST_COMPARISONS) });
  }

  private enter(status: BandStatus, atMs: number): void {
    const { bands } = this.activity;
    const last = bands.at(-1);
    // A clock that was set back makes no band end before it began.
    const fromMs = Math.max(atMs, last?.fromMs ?? atMs);
    const before = last && fromMs === last.fromMs ? bands.slice(0, -1) : closed(bands, fromMs);
    const copy = COPYING.has(status) ? this.copyNumber(before) : undefined;
    const all = [...before, { status, fromMs, toMs: null, ...(copy !== undefined && { copy }) }];
    const kept = all.slice(-MOST_BANDS);
    this.change({
      bands: kept,
      copies: Math.max(this.activity.copies, copy ?? 0),
      ...(kept.length < all.length && { keptFromMs: kept[0]!.fromMs }),
    });
  }

  /** A copy that goes on has the number that it had. */
  private copyNumber(before: readonly ActivityBand[]): number {
    const held = before.findLast(({ status }) => !HOLDS_UP.has(status));
    return held?.copy ?? this.activity.copies + 1;
  }

  private change(changes: Partial<Activity>): void {
    this.activity = { ...this.activity, ...changes };
  }
}

function closed(bands: readonly ActivityBand[], atMs: number): readonly ActivityBand[] {
  const last = bands.at(-1);
  return last && last.toMs === null ? [...bands.slice(0, -1), { ...last, toMs: atMs }] : bands;
}

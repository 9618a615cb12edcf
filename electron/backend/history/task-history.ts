import type { Activity, ActivityComparison } from '../../../shared/model/activity.ts';
import type { HistoryPoint, HistoryWindow } from '../../../shared/model/history.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import type { TaskEvent } from '../../../shared/model/task-event.ts';
import type { TaskStatus } from '../../../shared/model/task-status.ts';
import { ActivityRecord } from './activity-record.ts';
import type { HistoryFile } from './history-file.ts';
import { History } from './history.ts';
import { HISTORY_VERSION } from './stored-history.ts';

/** A kill loses no more of the figures than this. */
const FIGURES_DELAY_MS = 60_000;
/** What a task has come to is stored soon, but not at each turn of one that keeps changing. */
const ACTIVITY_DELAY_MS = 5000;

export interface TaskHistoryOptions {
  readonly file: HistoryFile;
  /** What the task is as the application begins. */
  readonly status: TaskStatus;
  /** There is more to tell of what has become of it. */
  readonly onActivity: () => void;
}

/** The past of one task: its figures, and what has become of it. In memory and, a little later, in its file. */
export class TaskHistory {
  private readonly options: TaskHistoryOptions;
  private readonly beganAtMs = Date.now();
  private loaded: { readonly figures: History; readonly activity: ActivityRecord } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private dueAtMs = Infinity;
  private removed = false;

  constructor(options: TaskHistoryOptions) {
    this.options = options;
  }

  add(metrics: Metrics): void {
    this.parts.figures.add(metrics);
    this.storeWithin(FIGURES_DELAY_MS);
  }

  points(
    window: HistoryWindow,
    db: number | null,
    nowMs: number,
  ): { stepMs: number; points: HistoryPoint[] } {
    return this.parts.figures.points(window, db, nowMs);
  }

  get activity(): Activity {
    return this.parts.activity.current;
  }

  look(status: TaskStatus, nowMs: number): void {
    if (this.parts.activity.look(status, nowMs)) this.changed();
  }

  /** Of what the log tells, faults are marks. */
  logged({ atMs, code, severity, text }: TaskEvent): void {
    if (code === undefined || (severity !== 'warning' && severity !== 'error')) return;
    this.parts.activity.fault({ atMs, code, severity, text });
    this.changed();
  }

  compare(comparison: ActivityComparison): void {
    this.parts.activity.compare(comparison);
    this.changed();
  }

  /** Writes what was not written yet. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.dueAtMs === Infinity || this.removed) return;
    this.dueAtMs = Infinity;
    const { figures, activity } = this.parts;
    this.options.file.write({
      version: HISTORY_VERSION,
      atMs: Date.now(),
      activity: activity.current,
      figures: figures.stored(),
    });
  }

  remove(): void {
    this.removed = true;
    clearTimeout(this.timer);
    this.options.file.remove();
  }

  private changed(): void {
    this.storeWithin(ACTIVITY_DELAY_MS);
    this.options.onActivity();
  }

  private storeWithin(delayMs: number): void {
    const atMs = performance.now() + delayMs;
    if (atMs >= this.dueAtMs || this.removed) return;
    this.dueAtMs = atMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delayMs);
    // Whoever ends the application flushes first; a test that ends needs not wait.
    this.timer.unref();
  }

  /** Read when it is first needed: most tasks of a long list are never looked at. */
  private get parts(): { readonly figures: History; readonly activity: ActivityRecord } {
    return (this.loaded ??= this.load());
  }

  private load(): { readonly figures: History; readonly activity: ActivityRecord } {
    const figures = new History();
    const stored = this.options.file.read();
    const activity = new ActivityRecord(stored?.activity);
    if (stored) {
      figures.restore(stored.figures);
      activity.resume(stored.atMs, this.beganAtMs, this.options.status);
    }
    return { figures, activity };
  }
}

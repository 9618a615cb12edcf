import {
  keyFiguresOf,
  taskFiguresOf,
  type HistoryPoint,
  type HistoryTier,
  type KeyFigures,
  type TaskFigures,
} from '../../../shared/model/history.ts';
import type { DatabaseCount, Metrics } from '../../../shared/model/metrics.ts';
import { Ring } from './ring.ts';
import type { StoredTier } from './stored-history.ts';

/** These many databases have counts of their own; of more, only the totals are kept. */
export const MOST_DATABASES = 16;

const STREAM = [
  'readCommandsPerSecond',
  'appliedCommandsPerSecond',
  'readBytesPerSecond',
  'appliedBytesPerSecond',
] as const;
const COPY = ['copyCommandsPerSecond', 'copyReadBytesPerSecond', 'copyAppliedBytesPerSecond'] as const;
const MAXIMA: ReadonlySet<string> = new Set(['lagSeconds', 'lagBytes']);
const COUNTS = [
  'sourceKeys',
  'targetKeys',
  'sourceExpires',
  'targetExpires',
  'keysMissing',
  'keysExtra',
] as const;
const TASK_COLUMNS = [...STREAM, ...COPY, 'lagSeconds', 'lagBytes', 'spoolBytes'] as const;
/** How many reports the means are of: of the stream, and of a copy. */
const STREAM_REPORTS = TASK_COLUMNS.length;
const COPY_REPORTS = STREAM_REPORTS + 1;

const NO_KEYS: DatabaseCount = { db: 0, sourceKeys: 0, sourceExpires: 0, targetKeys: 0, targetExpires: 0 };

/** One resolution of a task's past. */
export class Tier {
  readonly stepMs: number;
  private readonly places: number;
  private readonly task: Ring;
  private readonly totals: Ring;
  private readonly databases = new Map<number, Ring>();

  constructor({ stepMs, points }: HistoryTier) {
    this.stepMs = stepMs;
    this.places = points;
    this.task = new Ring(points, COPY_REPORTS + 1);
    this.totals = new Ring(points, COUNTS.length);
  }

  /** A report counts for the step of its time, and for those without a report since `coversFromMs`. */
  add(metrics: Metrics, copying: boolean, coversFromMs: number): void {
    const last = this.stepOf(metrics.atMs);
    for (let step = Math.min(this.stepOf(coversFromMs) + 1, last); step <= last; step += 1)
      this.addTo(step, metrics, copying);
  }

  points(db: number | null, fromMs: number, toMs: number): HistoryPoint[] {
    const counts = db === null ? this.totals : this.databases.get(db);
    const points: HistoryPoint[] = [];
    if (!counts) return points;
    const last = this.stepOf(toMs);
    const first = Math.max(0, this.stepOf(fromMs), last - this.places + 1);
    for (let step = first; step <= last; step += 1) {
      if (this.task.has(step) && counts.has(step)) points.push(this.pointAt(step, counts));
    }
    return points;
  }

  stored(): StoredTier {
    return {
      stepMs: this.stepMs,
      task: this.task.rows(),
      totals: this.totals.rows(),
      databases: [...this.databases].map(([db, ring]) => ({ db, counts: ring.rows() })),
    };
  }

  restore(tier: StoredTier): void {
    this.task.take(tier.task);
    this.totals.take(tier.totals);
    for (const { db, counts } of tier.databases) {
      this.makeRing(db);
      this.databases.get(db)?.take(counts);
    }
  }

  private addTo(step: number, metrics: Metrics, copying: boolean): void {
    this.addFigures(step, taskFiguresOf(metrics));
    this.totals.claim(step);
    setCounts(this.totals, step, keyFiguresOf(metrics.databases, copying));
    for (const { db } of metrics.databases) this.makeRing(db);
    for (const [db, ring] of this.databases) {
      // A database without keys on either side is not reported.
      const count = metrics.databases.find((one) => one.db === db) ?? NO_KEYS;
      ring.claim(step);
      setCounts(ring, step, keyFiguresOf([count], copying));
    }
  }

  private addFigures(step: number, figures: TaskFigures): void {
    const { task } = this;
    const fresh = task.claim(step);
    const before = (column: number): number => (fresh ? NaN : task.get(column, step));
    const reports = figures.copyCommandsPerSecond === null ? STREAM_REPORTS : COPY_REPORTS;
    const counted = fresh ? 0 : task.get(reports, step);
    TASK_COLUMNS.forEach((name, column) => {
      task.set(column, step, joined(name, before(column), figures[name], counted));
    });
    if (fresh) for (const column of [STREAM_REPORTS, COPY_REPORTS]) task.set(column, step, 0);
    task.set(reports, step, counted + 1);
  }

  private makeRing(db: number): void {
    if (this.databases.has(db) || this.databases.size >= MOST_DATABASES) return;
    this.databases.set(db, new Ring(this.places, COUNTS.length));
  }

  private pointAt(step: number, counts: Ring): HistoryPoint {
    const figures = Object.fromEntries(
      TASK_COLUMNS.map((name, column) => [name, known(this.task.get(column, step))]),
    ) as TaskFigures;
    const keys = Object.fromEntries(
      COUNTS.map((name, column) => [name, known(counts.get(column, step))]),
    ) as KeyFigures;
    return { atMs: step * this.stepMs, ...figures, ...keys };
  }

  private stepOf(atMs: number): number {
    return Math.floor(atMs / this.stepMs);
  }
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

const MEANS: ReadonlySet<string> = new Set([...STREAM, ...COPY]);

/** `before` is NaN where there was nothing yet; `value` is null where this report tells none. */
function joined(name: string, before: number, value: number | null, reports: number): number {
  if (value === null || Number.isNaN(before)) return value ?? before;
  if (MEANS.has(name)) return before + (value - before) / (reports + 1);
  return MAXIMA.has(name) ? Math.max(before, value) : value;
}

function setCounts(ring: Ring, step: number, counts: KeyFigures): void {
  COUNTS.forEach((name, column) => ring.set(column, step, counts[name] ?? NaN));
}

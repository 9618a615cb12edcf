import { differenceOf } from '../../../shared/model/drift.ts';
import type { HistoryPoint } from '../../../shared/model/history.ts';
import type { DatabaseCount, Metrics } from '../../../shared/model/metrics.ts';
import { Ring } from './ring.ts';

/** These many databases have counts of their own; of more, only the totals are kept. */
export const MOST_DATABASES = 16;

/** The means come first: their count stands in a column of its own. */
const MEANS = [
  'readCommandsPerSecond',
  'appliedCommandsPerSecond',
  'readBytesPerSecond',
  'appliedBytesPerSecond',
] as const;
const MAXIMA = ['lagSeconds', 'lagBytes'] as const;
const COUNTS = ['sourceKeys', 'targetKeys', 'sourceExpires', 'targetExpires', 'difference'] as const;
const TASK_COLUMNS = [...MEANS, ...MAXIMA, 'spoolBytes'] as const;
const REPORTS = TASK_COLUMNS.length;

type Counts = Pick<HistoryPoint, (typeof COUNTS)[number]>;
type TaskFigures = Omit<HistoryPoint, (typeof COUNTS)[number] | 'atMs'>;

const NO_KEYS: DatabaseCount = { db: 0, sourceKeys: 0, sourceExpires: 0, targetKeys: 0, targetExpires: 0 };

/** One resolution of a task's past. */
export class Tier {
  private readonly stepMs: number;
  private readonly places: number;
  private readonly task: Ring;
  private readonly totals: Ring;
  private readonly databases = new Map<number, Ring>();

  constructor({ stepMs, points }: { readonly stepMs: number; readonly points: number }) {
    this.stepMs = stepMs;
    this.places = points;
    this.task = new Ring(points, REPORTS + 1);
    this.totals = new Ring(points, COUNTS.length);
  }

  /** A report counts for the step of its time, and for those without a report since `coversFromMs`. */
  add(metrics: Metrics, difference: number, coversFromMs: number): void {
    const last = this.stepOf(metrics.atMs);
    for (let step = Math.min(this.stepOf(coversFromMs) + 1, last); step <= last; step += 1)
      this.addTo(step, metrics, difference);
  }

  points(db: number | null, nowMs: number): HistoryPoint[] {
    const counts = db === null ? this.totals : this.databases.get(db);
    const points: HistoryPoint[] = [];
    if (!counts) return points;
    const now = this.stepOf(nowMs);
    for (let step = Math.max(0, now - this.places + 1); step <= now; step += 1) {
      if (this.task.has(step) && counts.has(step)) points.push(this.pointAt(step, counts));
    }
    return points;
  }

  private addTo(step: number, metrics: Metrics, difference: number): void {
    this.addFigures(step, figuresOf(metrics));
    this.totals.claim(step);
    setCounts(this.totals, step, { ...sumsOf(metrics.databases), difference });
    for (const { db } of metrics.databases) this.makeRing(db);
    for (const [db, ring] of this.databases) {
      // A database without keys on either side is not reported.
      const count = metrics.databases.find((one) => one.db === db) ?? NO_KEYS;
      ring.claim(step);
      setCounts(ring, step, { ...countsOf(count), difference: differenceOf([count]) });
    }
  }

  private addFigures(step: number, figures: TaskFigures): void {
    const { task } = this;
    const fresh = task.claim(step);
    const reports = fresh ? 0 : task.get(REPORTS, step);
    TASK_COLUMNS.forEach((name, column) => {
      const before = fresh ? 0 : task.get(column, step);
      task.set(column, step, joined(name, before, figures[name], reports));
    });
    task.set(REPORTS, step, reports + 1);
  }

  private makeRing(db: number): void {
    if (this.databases.has(db) || this.databases.size >= MOST_DATABASES) return;
    this.databases.set(db, new Ring(this.places, COUNTS.length));
  }

  private pointAt(step: number, counts: Ring): HistoryPoint {
    const figures = Object.fromEntries(
      TASK_COLUMNS.map((name, column) => [name, this.task.get(column, step)]),
    ) as TaskFigures;
    const keys = Object.fromEntries(COUNTS.map((name, column) => [name, counts.get(column, step)])) as Counts;
    return { atMs: step * this.stepMs, ...figures, ...keys };
  }

  private stepOf(atMs: number): number {
    return Math.floor(atMs / this.stepMs);
  }
}

function joined(name: keyof TaskFigures, before: number, value: number, reports: number): number {
  if ((MEANS as readonly string[]).includes(name)) return before + (value - before) / (reports + 1);
  if ((MAXIMA as readonly string[]).includes(name)) return Math.max(before, value);
  return value;
}

const figuresOf = ({ read, applied, lag, spool }: Metrics): TaskFigures => ({
  readCommandsPerSecond: read.commandsPerSecond,
  appliedCommandsPerSecond: applied.commandsPerSecond,
  readBytesPerSecond: read.bytesPerSecond,
  appliedBytesPerSecond: applied.bytesPerSecond,
  lagSeconds: lag.seconds,
  lagBytes: lag.bytes,
  spoolBytes: spool.bytes,
});

const countsOf = ({ sourceKeys, targetKeys, sourceExpires, targetExpires }: DatabaseCount) => ({
  sourceKeys,
  targetKeys,
  sourceExpires,
  targetExpires,
});

function sumsOf(counts: readonly DatabaseCount[]): Omit<Counts, 'difference'> {
  const sums = { sourceKeys: 0, targetKeys: 0, sourceExpires: 0, targetExpires: 0 };
  for (const count of counts) {
    sums.sourceKeys += count.sourceKeys;
    sums.targetKeys += count.targetKeys;
    sums.sourceExpires += count.sourceExpires;
    sums.targetExpires += count.targetExpires;
  }
  return sums;
}

function setCounts(ring: Ring, step: number, counts: Counts): void {
  COUNTS.forEach((name, column) => ring.set(column, step, counts[name]));
}

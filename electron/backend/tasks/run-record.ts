import {
  lookAtDrift,
  NO_DRIFT_MEMORY,
  UNKNOWN_DRIFT,
  type DriftMemory,
} from '../../../shared/model/drift.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { SentinelAddress } from '../../../shared/model/sentinel-group.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import { SPARK_POINTS, type Drift, type TaskView } from '../../../shared/model/task-view.ts';

type Side = 'source' | 'target';

/** In these what the target holds is replaced, value by value. */
const RENEWING: ReadonlySet<Phase> = new Set(['full-copy', 'clearing']);

const MOST_PHASES = 50;
/** A change of phase is reported between the seconds; such a report takes the place of the point before. */
const SPARK_STEP_MS = 700;

/** What a run of a task has told of itself, as far as its view shows it. */
export class RunRecord {
  phase: Phase = 'ended';
  phaseSinceMs = 0;
  metrics: Metrics | null = null;
  /** When the last report came. */
  heardAtMs: number | undefined;
  drift: Drift = UNKNOWN_DRIFT;
  renewed: TaskView['renewed'] = null;
  timeline: TaskView['timeline'] = [];
  spark: number[] = [];
  question: TaskQuestion | null = null;
  foundAt: TaskView['foundAt'] = { source: null, target: null };
  private memory: DriftMemory = NO_DRIFT_MEMORY;
  private sparkAtMs = -Infinity;

  begin(nowMs: number): void {
    this.timeline = [];
    this.spark = [];
    this.enter('connecting', nowMs);
  }

  enter(phase: Phase, nowMs: number): void {
    if (phase === this.timeline.at(-1)?.phase) return;
    this.phase = phase;
    this.phaseSinceMs = nowMs;
    this.timeline = [...this.timeline, { phase, atMs: nowMs }].slice(-MOST_PHASES);
  }

  report(metrics: Metrics, existing: 'fail' | 'overwrite'): void {
    this.metrics = metrics;
    this.heardAtMs = Date.now();
    const look = lookAtDrift(metrics, existing, this.memory);
    this.drift = look.drift;
    this.memory = look.memory;
    this.addSpark(metrics);
    if (RENEWING.has(metrics.phase)) this.renewed = { atMs: metrics.atMs, by: 'copy' };
    this.enter(metrics.phase, metrics.atMs);
  }

  /** Sentinels have named the server of a side. */
  found(side: Side, at: SentinelAddress): void {
    this.foundAt = { ...this.foundAt, [side]: at };
  }

  /** The side is another server now. */
  lost(side: Side): void {
    this.foundAt = { ...this.foundAt, [side]: null };
    this.renewed = { atMs: Date.now(), by: 'servers' };
  }

  end(nowMs: number): void {
    this.enter('ended', nowMs);
    this.question = null;
    this.spark = [];
  }

  private addSpark({ atMs, applied }: Metrics): void {
    // Either way: a clock that was set back is no reason to hold the line still until it is where it was.
    const isClose = Math.abs(atMs - this.sparkAtMs) < SPARK_STEP_MS;
    const kept = isClose ? this.spark.slice(0, -1) : this.spark;
    if (kept === this.spark) this.sparkAtMs = atMs;
    this.spark = [...kept, applied.commandsPerSecond].slice(-SPARK_POINTS);
  }
}

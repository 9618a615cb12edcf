import {
  MOST_FAULTS,
  type RehearsalReport,
  type RehearsedStep,
  type StepId,
} from '../../../shared/rehearsal/report.ts';

/** A pair that goes in and out of step all the time has no more of them in its report; the last one then lasts until the end. */
const MOST_STEPS = 500;

export interface StepListener {
  /** A step has begun, or ended. */
  (step: StepId, ended?: RehearsedStep): void;
}

/** The stopwatch of a rehearsal: what took how long, one step after another, and the faults on the way. */
export class Recorder {
  readonly startedAtMs: number;
  private readonly now: () => number;
  private readonly onStep: StepListener;
  private readonly done: RehearsedStep[] = [];
  private readonly faults: { readonly atMs: number; readonly text: string }[] = [];
  private faultsTotal = 0;
  private current: { readonly id: StepId; readonly beganMs: number; note?: string } | undefined;

  constructor(now: () => number, onStep: StepListener) {
    this.now = now;
    this.onStep = onStep;
    this.startedAtMs = now();
  }

  get step(): StepId | undefined {
    return this.current?.id;
  }

  /** Ends the step under way, and begins this one; nothing where it is under way already. */
  begin(id: StepId): void {
    if (this.current?.id === id || this.done.length >= MOST_STEPS) return;
    this.end('done');
    this.current = { id, beganMs: this.now() - this.startedAtMs };
    this.onStep(id);
  }

  /** What is to be known of the step under way. */
  note(text: string): void {
    if (this.current) this.current.note = text;
  }

  end(state: RehearsedStep['state']): void {
    const { current } = this;
    if (!current) return;
    const { id, beganMs, note } = current;
    const tookMs = this.now() - this.startedAtMs - beganMs;
    this.current = undefined;
    this.add({ id, beganMs, tookMs, state, ...(note !== undefined && { note }) });
  }

  /** A step that somebody else has measured. */
  add(step: RehearsedStep): void {
    this.done.push(step);
    this.onStep(step.id, step);
  }

  fault(atMs: number, text: string): void {
    this.faultsTotal += 1;
    if (this.faults.length < MOST_FAULTS) this.faults.push({ atMs, text });
  }

  /** How long all steps of this name took together. */
  tookMs(id: StepId): number {
    return this.done.reduce((sum, step) => (step.id === id ? sum + step.tookMs : sum), 0);
  }

  get recorded(): Pick<RehearsalReport, 'startedAtMs' | 'endedAtMs' | 'steps' | 'faults'> {
    return {
      startedAtMs: this.startedAtMs,
      endedAtMs: this.now(),
      steps: [...this.done],
      faults: { total: this.faultsTotal, listed: [...this.faults] },
    };
  }
}

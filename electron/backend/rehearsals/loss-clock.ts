import type { Phase } from '../../../shared/model/metrics.ts';
import type { RehearsedStep, StepId } from '../../../shared/rehearsal/report.ts';

/** What a link that is closed does not show: a machine that is gone without a word. */
const NOTICED =
  'the link was cut, which is noticed at once; a source that only falls silent is noticed after 60 s without a word';

/** Times the steps from the loss of a source until its target is handed over, by the phases that its run goes through. */
export class LossClock {
  private readonly now: () => number;
  private beganMs: number | undefined;
  private noticedMs: number | undefined;
  private appliedMs: number | undefined;
  private endMs: number | undefined;

  constructor(now: () => number) {
    this.now = now;
  }

  /** The source is lost. */
  begin(): void {
    this.beganMs = this.now();
  }

  phase(phase: Phase): void {
    if (this.beganMs === undefined) return;
    this.noticedMs ??= this.now();
    if (phase === 'releasing' || phase === 'ended') this.appliedMs ??= this.now();
  }

  /** The target was handed over. */
  ended(): void {
    this.endMs = this.now();
  }

  /** From the loss until the target was handed over; 0 before. */
  get tookMs(): number {
    return this.beganMs === undefined || this.endMs === undefined ? 0 : this.endMs - this.beganMs;
  }

  /** A step that no phase told of has taken no time that could be measured. `startedAtMs`: of the rehearsal. */
  steps(startedAtMs: number): RehearsedStep[] {
    const { beganMs, endMs } = this;
    if (beganMs === undefined || endMs === undefined) return [];
    const appliedMs = this.appliedMs ?? endMs;
    const noticedMs = Math.min(this.noticedMs ?? beganMs, appliedMs);
    const step = (id: StepId, fromMs: number, toMs: number): RehearsedStep => ({
      id,
      beganMs: fromMs - startedAtMs,
      tookMs: toMs - fromMs,
      state: 'done',
    });
    return [
      { ...step('noticed', beganMs, noticedMs), note: NOTICED },
      step('rest-applied', noticedMs, appliedMs),
      step('expiry-exact', appliedMs, endMs),
    ];
  }
}

import type { Metrics } from '../../../shared/model/metrics.ts';
import type { CutoverFacts } from '../../../shared/model/cutover-facts.ts';
import type { GateItem } from '../../../shared/rehearsal/gate.ts';
import { judgeGate, type GateInput } from '../../../shared/rehearsal/judge-gate.ts';

export interface GateGoals {
  readonly steadyForMs: number;
  readonly comparedWithinMs: number;
}

/** What has been seen of a pair that is to be cut over, from which the checklist is judged. */
export class CutoverWatch {
  private readonly goals: GateGoals;
  private facts: CutoverFacts | undefined;
  private caughtUpSinceMs: number | null = null;
  private metrics: Metrics | undefined;
  private quietSinceMs: number | null = null;
  private writes: number | null = null;
  compared: GateInput['compared'] = null;

  constructor(goals: GateGoals) {
    this.goals = goals;
  }

  /** How many writes the source has run, as it was last asked; null where it does not tell. */
  get sourceWrites(): number | null {
    return this.facts?.source?.writes ?? null;
  }

  get looked(): boolean {
    return this.facts !== undefined;
  }

  heard(metrics: Metrics): void {
    this.metrics = metrics;
    const caughtUp = metrics.phase === 'in-step' && metrics.lag.seconds === 0;
    this.caughtUpSinceMs = caughtUp ? (this.caughtUpSinceMs ?? metrics.atMs) : null;
  }

  saw(facts: CutoverFacts): void {
    this.facts = facts;
    const writes = facts.source?.writes ?? null;
    // A source that was restarted counts anew, which is no quiet either.
    if (writes === null) this.quietSinceMs = null;
    else if (this.quietSinceMs === null || writes !== this.writes) this.quietSinceMs = facts.atMs;
    this.writes = writes;
  }

  judge(nowMs: number): GateItem[] {
    const { metrics, facts } = this;
    const unsettled = metrics?.unsettled?.source ?? metrics?.unsettled?.target;
    return judgeGate({
      nowMs,
      ...this.goals,
      caughtUpSinceMs: this.caughtUpSinceMs,
      lagSeconds: metrics?.lag.seconds ?? null,
      bufferBytes: metrics?.spool.bytes ?? 0,
      unsettled: unsettled
        ? `${unsettled.moves.length} moves of slots are under way, or slots have not one owner.`
        : null,
      quietSinceMs: this.quietSinceMs,
      compared: this.compared,
      facts: { source: facts?.source ?? null, target: facts?.target ?? null },
    });
  }
}

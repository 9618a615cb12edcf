import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import type { SyncView } from '../cli/sync-view.ts';

const POLL_MS = 50;
/** What was written last has been heard of by then. */
const SETTLED_MS = 2000;

/** Keeps what the summary tells of a running task. */
export class DemoWatch {
  private readonly view: SyncView;
  private reached!: () => void;
  readonly inStep = new Promise<void>((resolve) => (this.reached = resolve));
  metrics: Metrics | undefined;
  topRate = 0;
  topRss = 0;
  faults = 0;

  constructor(view: SyncView) {
    this.view = view;
  }

  event(event: EngineEvent): void {
    this.view.event(event);
    if (event.type !== 'metrics') return;
    this.metrics = event.metrics;
    this.faults = Math.max(this.faults, event.metrics.faults);
    this.topRss = Math.max(this.topRss, event.metrics.rssBytes);
    if (event.metrics.phase === 'in-step') {
      this.topRate = Math.max(this.topRate, event.metrics.applied.commandsPerSecond);
      this.reached();
    }
  }

  /** Resolves once the task is in step after this was asked. @throws Error when it is not within the time */
  async inStepAgain(timeoutMs: number): Promise<void> {
    const [deadline, askedAtMs] = [Date.now() + timeoutMs, Date.now()];
    for (;;) {
      const { metrics } = this;
      const lagging = (metrics?.lag.bytes ?? 1) > 0 || (metrics?.atMs ?? 0) < askedAtMs + SETTLED_MS;
      if (metrics?.phase === 'in-step' && !lagging) return;
      if (Date.now() > deadline) throw new Error('the task of the demonstration is not in step again');
      await sleep(POLL_MS);
    }
  }
}

import type { Scheduler } from './scheduler.ts';

/** What faults have taken away and give back, each once: after its time, or as soon as all is to be well. */
export class ComeBacks {
  private readonly scheduler: Scheduler;
  private waiting: (() => void)[] = [];

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  after(waitMs: number, run: () => void): void {
    let done = false;
    const once = (): void => {
      if (!done) run();
      done = true;
    };
    this.waiting.push(once);
    this.scheduler.after(waitMs, once);
  }

  atOnce(): void {
    for (const back of this.waiting.splice(0)) back();
  }
}

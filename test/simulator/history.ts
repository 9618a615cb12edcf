import type { Scheduler } from './scheduler.ts';

const MOST_LINES = 20_000;

/** What happened, in lines that a person reads. */
export class History {
  private readonly scheduler: Scheduler;
  readonly lines: string[] = [];

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  note(who: string, what: string): void {
    if (this.lines.length >= MOST_LINES) return;
    const seconds = (this.scheduler.nowMs / 1000).toFixed(3).padStart(9);
    this.lines.push(`${seconds}  ${who.padEnd(9)} ${what}`);
  }
}

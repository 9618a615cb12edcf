import type { Clock, Timer } from '../../electron/engine/world/clock.ts';
import type { Appointment, Scheduler } from './scheduler.ts';

/** When histories begin, in Unix ms: whole seconds, so that what is cut to them is seen. */
export const EPOCH_MS = 1_800_000_000_000;

class ProcessTimer implements Timer {
  appointment: Appointment | undefined;
  ended = false;
  unref(): void {
    // Nothing keeps a process here.
  }
}

/** The clock of one engine's process: its timers die with it. */
export class ProcessClock implements Clock {
  private readonly scheduler: Scheduler;
  private readonly aheadMs: number;
  private readonly timers = new Set<ProcessTimer>();
  private dead = false;

  constructor(scheduler: Scheduler, aheadMs: number) {
    this.scheduler = scheduler;
    this.aheadMs = aheadMs;
  }

  now(): number {
    return EPOCH_MS + this.aheadMs + this.scheduler.nowMs;
  }

  monotonicMs(): number {
    return this.scheduler.nowMs;
  }

  setTimeout(run: () => void, waitMs: number): Timer {
    // As Node has it.
    return this.wait(new ProcessTimer(), Math.max(1, waitMs), () => undefined, run);
  }

  setInterval(run: () => void, everyMs: number): Timer {
    const timer = new ProcessTimer();
    const again = (): void => void this.wait(timer, everyMs, again, run);
    return this.wait(timer, everyMs, again, run);
  }

  setImmediate(run: () => void): void {
    this.wait(new ProcessTimer(), 0, () => undefined, run);
  }

  clear(timer: Timer | undefined): void {
    if (!(timer instanceof ProcessTimer)) return;
    timer.ended = true;
    this.timers.delete(timer);
    if (timer.appointment) timer.appointment.dropped = true;
  }

  /** The process has ended. */
  kill(): void {
    this.dead = true;
    for (const timer of this.timers) if (timer.appointment) timer.appointment.dropped = true;
    this.timers.clear();
  }

  private wait(timer: ProcessTimer, waitMs: number, then: () => void, run: () => void): Timer {
    if (this.dead || timer.ended) return timer;
    this.timers.add(timer);
    timer.appointment = this.scheduler.after(waitMs, () => {
      this.timers.delete(timer);
      then();
      this.scheduler.touched = true;
      run();
    });
    return timer;
  }
}

import type { Fault, TaskView } from '../../../shared/model/task-view.ts';
import type { TaskAlerts } from './task-alerts.ts';

type Trouble = NonNullable<TaskView['trouble']>;

/** The fault that is being retried, from its first attempt until the task gets on again. */
export class TaskTrouble {
  private readonly alerts: TaskAlerts;
  private present: Trouble | null = null;
  private last: Trouble | null = null;

  constructor(alerts: TaskAlerts) {
    this.alerts = alerts;
  }

  get current(): Trouble | null {
    return this.present;
  }

  /** While it lasts, the first attempt says when it began, the latest what it is and until when it is tried. */
  met(fault: Fault, giveUpAtMs: number | null): void {
    this.present = { ...fault, atMs: this.present?.atMs ?? fault.atMs, giveUpAtMs };
    this.last = this.present;
    this.alerts.trouble(() => this.present);
  }

  /** An engine tells a fault that comes back within a minute only once: it is the one that was met last. */
  again(nowMs: number): void {
    if (this.present || !this.last) return;
    const { giveUpAtMs, atMs } = this.last;
    this.met({ ...this.last, atMs: nowMs }, giveUpAtMs === null ? null : nowMs + giveUpAtMs - atMs);
  }

  /** @returns how long it took, or undefined when there was none */
  healed(nowMs: number): number | undefined {
    if (!this.present) return undefined;
    // The clock may have been set back meanwhile.
    const afterMs = Math.max(0, nowMs - this.present.atMs);
    this.present = null;
    this.alerts.healed(afterMs);
    return afterMs;
  }

  /** The task is at rest. */
  end(): void {
    this.present = null;
    this.last = null;
    this.alerts.forget();
  }
}

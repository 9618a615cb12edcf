import type { Phase } from '../../../shared/model/metrics.ts';
import type { TaskEvents } from './task-events.ts';

/** Passes a task's events on; while the task is paused, it is in no other phase. */
export class ShownPhase implements TaskEvents {
  private readonly events: TaskEvents;
  private actual: Phase = 'connecting';
  private paused = false;
  readonly info: TaskEvents['info'];
  readonly warning: TaskEvents['warning'];
  readonly located: TaskEvents['located'];
  readonly changed: TaskEvents['changed'];
  readonly question: TaskEvents['question'];

  constructor(events: TaskEvents) {
    this.events = events;
    this.info = (text) => events.info(text);
    this.warning = (text, fault) => events.warning(text, fault);
    this.located = (side, at) => events.located(side, at);
    this.changed = (change) => events.changed(change);
    this.question = (question) => events.question(question);
  }

  phase(phase: Phase): void {
    this.actual = phase;
    if (!this.paused) this.events.phase(phase);
  }

  pause(): void {
    this.paused = true;
    this.events.phase('paused');
  }

  resume(): void {
    this.paused = false;
    this.events.phase(this.actual);
  }

  /** Ends the pause since the task ends: from the next phase on it is shown again. */
  end(): void {
    this.paused = false;
  }
}

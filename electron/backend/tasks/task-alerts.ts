import { ERROR_CATALOGUE } from '../../../shared/errors/catalogue.ts';
import { GOES_ON } from '../../../shared/model/task-status.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import { describeQuestion } from '../../../shared/format/task-question-words.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { Fault } from '../../../shared/model/task-view.ts';
import type { Notification } from '../ports.ts';

/** A fault that heals sooner than this is not worth a message on the desktop. */
const LASTING_MS = 30_000;

/** Tells of one task outside the page: that it failed, that a fault lasts, that it is over. */
export class TaskAlerts {
  private readonly notify: (notification: Omit<Notification, 'taskId'>) => void;
  private readonly taskName: () => string;
  private timer: NodeJS.Timeout | undefined;
  private told = false;

  constructor(taskName: () => string, notify: (notification: Omit<Notification, 'taskId'>) => void) {
    this.taskName = taskName;
    this.notify = notify;
  }

  /** Called with every fault that is being retried; `latest` is asked for when it is told. */
  trouble(latest: () => Fault | null): void {
    this.timer ??= setTimeout(() => {
      const fault = latest();
      if (!fault) return;
      this.told = true;
      const { title } = ERROR_CATALOGUE[fault.code];
      this.notify({
        title: `${this.taskName()}: ${title}`,
        body: `${fault.fact}. ${GOES_ON.has(fault.code) ? 'The task goes on.' : 'It is being tried again.'}`,
      });
    }, LASTING_MS);
  }

  healed(afterMs: number): void {
    if (this.told) {
      this.notify({
        title: `${this.taskName()} goes on`,
        body: `The fault is over after ${formatDuration(afterMs)}.`,
      });
    }
    this.forget();
  }

  /** It stands still until somebody comes. */
  asked(question: TaskQuestion): void {
    this.notify({
      title: `${this.taskName()} waits for your answer`,
      body: `${describeQuestion(question)}.`,
    });
  }

  failed(fault: Fault): void {
    this.forget();
    this.notify({
      title: `${this.taskName()} has failed`,
      body: `${ERROR_CATALOGUE[fault.code].title}: ${fault.fact}`,
    });
  }

  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.told = false;
  }
}

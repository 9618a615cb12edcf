import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import type { EventSeverity, TaskEvent } from '../../../shared/model/task-event.ts';
import type { EventFile } from './event-file.ts';

/** As many as one request may ask for; of the rest the file keeps what it has room for. */
const MOST_IN_MEMORY = 5000;
const MOST_TEXT = 2000;

export interface EventLogOptions {
  readonly file: EventFile;
  readonly onEvent: (event: TaskEvent) => void;
  /** Told when an event could not be written; it is still in memory. */
  readonly onUnwritable: (reason: string) => void;
}

/** What has happened to one task. The numbers go on where the file ended. */
export class EventLog {
  private readonly options: EventLogOptions;
  private loaded: TaskEvent[] | undefined;

  constructor(options: EventLogOptions) {
    this.options = options;
  }

  add(severity: EventSeverity, text: string, code?: ErrorCode, atMs = Date.now()): void {
    const { events } = this;
    const event: TaskEvent = {
      number: (events.at(-1)?.number ?? 0) + 1,
      atMs,
      severity,
      ...(code === undefined ? {} : { code }),
      text: text.slice(0, MOST_TEXT),
    };
    events.push(event);
    if (events.length > MOST_IN_MEMORY) events.shift();
    try {
      this.options.file.append(event);
    } catch (error) {
      this.options.onUnwritable(plainReason(error));
    }
    this.options.onEvent(event);
  }

  /** The newest events before that number, newest last. */
  newest(limit: number, before = Infinity): TaskEvent[] {
    return this.events.filter(({ number }) => number < before).slice(-limit);
  }

  remove(): void {
    this.loaded = [];
    try {
      this.options.file.remove();
    } catch (error) {
      this.options.onUnwritable(plainReason(error));
    }
  }

  /** Read when it is first needed: most tasks of a long list are never looked at. */
  private get events(): TaskEvent[] {
    return (this.loaded ??= this.options.file.read().slice(-MOST_IN_MEMORY));
  }
}

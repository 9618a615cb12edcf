import type { EventSeverity, TaskEvent } from '../../shared/model/task-event.ts';

/** A page never holds more lines than this; what falls out is the oldest, and can be loaded again. */
export const MOST_EVENTS = 5000;

/** The lines of a task's log that a page holds, oldest first, without a hole. */
export interface EventLog {
  readonly events: readonly TaskEvent[];
  /** The first line of the task's log is among them. */
  readonly complete: boolean;
}

export const EMPTY_LOG: EventLog = { events: [], complete: false };

/** What was asked for as the newest lines takes the place of a log that does not reach up to them. */
export function withNewest(log: EventLog, newest: readonly TaskEvent[], asked: number): EventLog {
  const first = newest[0];
  const last = log.events.at(-1);
  const joins = first !== undefined && last !== undefined && first.number <= last.number + 1;
  if (!joins) return bounded({ events: newest, complete: newest.length < asked });
  return bounded({
    events: [...log.events.filter(({ number }) => number < first.number), ...newest],
    complete: log.complete || newest.length < asked,
  });
}

/** What was asked for as the lines before the first one. */
export function withOlder(log: EventLog, older: readonly TaskEvent[], asked: number): EventLog {
  const first = log.events[0]?.number ?? Number.POSITIVE_INFINITY;
  return {
    events: [...older.filter(({ number }) => number < first), ...log.events],
    complete: older.length < asked,
  };
}

/** A line that has just been written; undefined when lines between it and the log are missing. */
export function withLive(log: EventLog, event: TaskEvent): EventLog | undefined {
  const last = log.events.at(-1);
  if (last !== undefined && event.number <= last.number) return log;
  if (last !== undefined && event.number > last.number + 1) return undefined;
  return bounded({ events: [...log.events, event], complete: log.complete });
}

function bounded({ events, complete }: EventLog): EventLog {
  if (events.length <= MOST_EVENTS) return { events, complete };
  return { events: events.slice(-MOST_EVENTS), complete: false };
}

export interface EventFilter {
  readonly severities: readonly EventSeverity[];
  readonly text: string;
}

/** The lines that fit, newest first. */
export function filterEvents(events: readonly TaskEvent[], filter: EventFilter): readonly TaskEvent[] {
  const wanted = filter.text.trim().toLowerCase();
  return events
    .filter(
      ({ severity, text, code = '' }) =>
        filter.severities.includes(severity) &&
        (wanted === '' || text.toLowerCase().includes(wanted) || code.toLowerCase().includes(wanted)),
    )
    .toReversed();
}

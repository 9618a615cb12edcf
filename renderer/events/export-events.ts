import { faultWords } from '../../shared/errors/fault-words.ts';
import type { TaskEvent } from '../../shared/model/task-event.ts';

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** A line each, oldest first: time in UTC, severity, code, text. */
export const eventsAsText = (events: readonly TaskEvent[]): string =>
  events
    .map(({ atMs, severity, code, text }) =>
      [iso(atMs), severity.padEnd(7), ...(code ? [code] : []), text.replaceAll(/\s*[\r\n]+\s*/g, ' ')].join(
        '  ',
      ),
    )
    .map((line) => `${line}\n`)
    .join('');

/** The same for other programs, with the title and the remedy of each code. */
export const eventsAsJson = (task: string, events: readonly TaskEvent[]): string =>
  `${JSON.stringify(
    {
      task,
      events: events.map(({ atMs, code, ...event }) => ({
        at: iso(atMs),
        ...event,
        ...(code && { code, title: faultWords(code).title, remedy: faultWords(code).remedy }),
      })),
    },
    undefined,
    2,
  )}\n`;

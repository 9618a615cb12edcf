import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { faultWords } from '../../shared/errors/fault-words.ts';
import type { Places } from '../../shared/errors/place-words.ts';
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

/** The same for other programs, with the title and the remedy of each code, whose commands lead to the servers. */
export const eventsAsJson = (
  task: string,
  events: readonly TaskEvent[],
  places: Places | undefined,
): string =>
  `${JSON.stringify(
    {
      task,
      events: events.map(({ atMs, code, ...event }) => ({
        at: iso(atMs),
        ...event,
        ...(code && wordsOf(code, places)),
      })),
    },
    undefined,
    2,
  )}\n`;

function wordsOf(
  code: ErrorCode,
  places: Places | undefined,
): { code: ErrorCode; title: string; remedy: string } {
  const { title, remedy } = faultWords(code, places);
  return { code, title, remedy };
}

import { describe, expect, it } from 'vitest';
import {
  EMPTY_LOG,
  filterEvents,
  MOST_EVENTS,
  withLive,
  withNewest,
  withOlder,
  type EventLog,
} from '../../../../renderer/events/event-log.ts';
import { eventsAsJson, eventsAsText } from '../../../../renderer/events/export-events.ts';
import { loadWholeLog } from '../../../../renderer/events/use-event-log.ts';
import { EVENT_SEVERITIES, type TaskEvent } from '../../../../shared/model/task-event.ts';

const event = (number: number, change: Partial<TaskEvent> = {}): TaskEvent => ({
  number,
  atMs: number * 1000,
  severity: 'info',
  text: `line ${number}`,
  ...change,
});
const span = (from: number, to: number): TaskEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));
const log = (from: number, to: number, complete = false): EventLog => ({ events: span(from, to), complete });
const numbers = ({ events }: EventLog): number[] => events.map(({ number }) => number);

describe('a log on a page', () => {
  it('begins with the newest lines', () => {
    expect(withNewest(EMPTY_LOG, span(801, 1000), 200)).toMatchObject({ complete: false });
    expect(withNewest(EMPTY_LOG, span(1, 30), 200)).toMatchObject({ complete: true });
    expect(withNewest(EMPTY_LOG, [], 200)).toEqual({ events: [], complete: true });
  });

  it('takes each new line once', () => {
    const grown = withLive(log(1, 3), event(4));
    expect(grown && numbers(grown)).toEqual([1, 2, 3, 4]);
    expect(withLive(log(1, 3), event(3))).toEqual(log(1, 3));
  });

  it('asks for the newest lines again when some were missed', () => {
    expect(withLive(log(1, 3), event(5))).toBeUndefined();
    expect(numbers(withNewest(log(1, 3), span(2, 6), 5))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('never has a hole: lines that do not join take the place of the others', () => {
    expect(withNewest(log(1, 3, true), span(10, 14), 5)).toEqual(log(10, 14));
  });

  it('grows downwards on demand', () => {
    expect(withOlder(log(11, 20), span(1, 10), 10)).toEqual(log(1, 20));
    expect(withOlder(log(11, 20), span(5, 10), 10)).toEqual(log(5, 20, true));
  });

  it('is bounded, and knows then that there is more', () => {
    const grown = withLive(log(1, MOST_EVENTS, true), event(MOST_EVENTS + 1));
    expect(grown?.events).toHaveLength(MOST_EVENTS);
    expect(grown).toMatchObject({ complete: false });
    expect(grown?.events[0]?.number).toBe(2);
  });
});

describe('the filter', () => {
  const events = [
    event(1),
    event(2, { severity: 'error', code: 'TARGET_REJECTED', text: 'ZADD was refused' }),
    event(3, { severity: 'warning', text: 'the link broke' }),
  ];
  it.each([
    [EVENT_SEVERITIES, '', [3, 2, 1]],
    [['error', 'warning'], '', [3, 2]],
    [EVENT_SEVERITIES, 'LINK', [3]],
    [EVENT_SEVERITIES, 'target_rej', [2]],
    [[], '', []],
  ] as const)('%j and %j show %j, newest first', (severities, text, expected) => {
    expect(filterEvents(events, { severities, text }).map(({ number }) => number)).toEqual(expected);
  });
});

describe('files', () => {
  const events = [event(1), event(2, { severity: 'error', code: 'TARGET_REJECTED', text: 'two\n  lines' })];
  it('as text have a line an event', () => {
    expect(eventsAsText(events)).toBe(
      '1970-01-01T00:00:01.000Z  info     line 1\n1970-01-01T00:00:02.000Z  error    TARGET_REJECTED  two lines\n',
    );
  });

  it('as JSON carry the remedy, with the real server in its command', () => {
    const source = { host: 'a.example', port: 6390, tls: false };
    const unreachable = event(3, { severity: 'error', code: 'SOURCE_UNREACHABLE' });
    const json = eventsAsJson('Orders', [...events, unreachable], { source });
    const [, second, third] = (JSON.parse(json) as { events: Record<string, unknown>[] }).events;
    expect(third?.['remedy']).toContain('redis-cli -h a.example -p 6390');
    expect(second).toMatchObject({ at: '1970-01-01T00:00:02.000Z', number: 2, code: 'TARGET_REJECTED' });
    expect(second?.['remedy']).toContain('Find out what else writes to the target');
  });

  it('hold the whole log, however many requests that takes', async () => {
    const all = span(1, 12_000);
    const asked: (number | undefined)[] = [];
    const whole = await loadWholeLog((before = Number.POSITIVE_INFINITY, limit) => {
      asked.push(before);
      return Promise.resolve(all.filter(({ number }) => number < before).slice(-limit));
    });
    expect(whole).toEqual(all);
    expect(asked).toEqual([Number.POSITIVE_INFINITY, 7001, 2001]);
  });
});

import { useState, type ReactElement } from 'react';
import { faultWords } from '../../shared/errors/fault-words.ts';
import { type Places } from '../../shared/errors/place-words.ts';
import { formatExact } from '../../shared/format/times.ts';
import type { TaskEvent } from '../../shared/model/task-event.ts';
import { VirtualRows } from '../components/virtual-rows.tsx';
import { formatEventTime } from './event-time.ts';
import { SeverityMark } from './severity-mark.tsx';
import classes from './events.module.css';

const ROW_HEIGHT_PX = 29;

/** Lines of a log as they are given. */
export function EventList({
  events,
  places,
}: {
  readonly events: readonly TaskEvent[];
  readonly places: Places | undefined;
}): ReactElement {
  // By number, since a line that is scrolled out of view leaves the page.
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (number: number): void =>
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(number)) next.add(number);
      return next;
    });
  return (
    <VirtualRows
      label="Events of the task, newest first"
      count={events.length}
      rowHeightPx={ROW_HEIGHT_PX}
      rowKey={(index) => events[index]?.number ?? index}
    >
      {(index) => {
        const event = events[index];
        return (
          event && (
            <Line
              event={event}
              places={places}
              open={open.has(event.number)}
              onToggle={() => toggle(event.number)}
            />
          )
        );
      }}
    </VirtualRows>
  );
}

interface LineProps {
  readonly event: TaskEvent;
  readonly places: Places | undefined;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Line({ event, places, open, onToggle }: LineProps): ReactElement {
  const { atMs, severity, code, text } = event;
  return (
    <div role="presentation" className={classes.line}>
      <time
        role="cell"
        dateTime={new Date(atMs).toISOString()}
        title={formatExact(atMs)}
        className={classes.time}
      >
        {formatEventTime(atMs)}
      </time>
      <span role="cell">
        <SeverityMark severity={severity} />
      </span>
      <div role="cell" className={classes.text}>
        <span>{text}</span>
        {code && (
          <button type="button" className={classes.code} aria-expanded={open} onClick={onToggle}>
            {code}: {open ? 'hide what to do' : 'what to do'}
          </button>
        )}
        {code && open && <Remedy code={code} places={places} />}
      </div>
    </div>
  );
}

function Remedy({
  code,
  places,
}: {
  readonly code: NonNullable<TaskEvent['code']>;
  readonly places: Places | undefined;
}): ReactElement {
  const { title, cause, remedy } = faultWords(code, places);
  return (
    <div className={classes.remedy}>
      <p>
        <b>{title}.</b> {cause}
      </p>
      <p>
        <b>What to do:</b> {remedy}
      </p>
    </div>
  );
}

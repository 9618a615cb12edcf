import { Button, Chip, Group, Loader, TextInput } from '@mantine/core';
import { usePlaces } from '../task/use-places.ts';
import { ListFilter, ScrollText, Search } from 'lucide-react';
import { useDeferredValue, useMemo, useState, type ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { EVENT_SEVERITIES, type EventSeverity } from '../../shared/model/task-event.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { Panel } from '../components/panel.tsx';
import { EventExport } from './event-export.tsx';
import { EventList } from './event-list.tsx';
import { filterEvents } from './event-log.ts';
import { SEVERITY_WORDS } from './severity-mark.tsx';
import { useEventLog } from './use-event-log.ts';
import classes from './events.module.css';

/** What happened to a task, newest first. */
export function EventsTab({ id }: { readonly id: string }): ReactElement {
  const places = usePlaces(id);
  const { events, complete, loading, fault, loadOlder } = useEventLog(id);
  const [severities, setSeverities] = useState<readonly EventSeverity[]>(EVENT_SEVERITIES);
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text);
  const shown = useMemo(
    () => filterEvents(events, { severities, text: wanted }),
    [events, severities, wanted],
  );
  return (
    <Panel title="Events" actions={<EventExport id={id} disabled={events.length === 0} />}>
      {fault && <FaultAlert fault={fault} compact />}
      <div className={classes.tools}>
        <Chip.Group
          multiple
          value={[...severities]}
          onChange={(chosen) => setSeverities(EVENT_SEVERITIES.filter((it) => chosen.includes(it)))}
        >
          <Group gap={6} role="group" aria-label="Severities shown">
            {EVENT_SEVERITIES.map((severity) => (
              <Chip key={severity} value={severity} size="xs" variant="outline">
                {SEVERITY_WORDS[severity]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <TextInput
          className={classes.filter}
          size="xs"
          type="search"
          aria-label="Filter by text or code"
          placeholder="Filter by text or code"
          leftSection={<Search size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <span className={classes.count} role="status">
          {formatCount(shown.length)} of {formatCount(events.length)} shown
        </span>
      </div>
      {shown.length > 0 && <EventList events={shown} places={places} />}
      {shown.length === 0 && events.length > 0 && (
        <EmptyState icon={ListFilter} title="No event fits">
          <p>Choose more severities, or another text{complete ? '.' : ', or load older events.'}</p>
        </EmptyState>
      )}
      {events.length === 0 && !loading && !fault && (
        <EmptyState icon={ScrollText} title="No events yet">
          <p>What happens to the task is written here, from its first start on.</p>
        </EmptyState>
      )}
      <div className={classes.end}>
        {loading && <Loader size="xs" role="img" aria-label="Loading events" />}
        {!loading && !complete && events.length > 0 && <Button onClick={loadOlder}>Load older events</Button>}
        {complete && events.length > 0 && <span>This is all since the task was made.</span>}
      </div>
    </Panel>
  );
}

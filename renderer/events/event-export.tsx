import { Button, Group } from '@mantine/core';
import { Download } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { exportFileName } from '../export/file-name.ts';
import { saveFile } from '../export/save-file.ts';
import { showFault } from '../components/show-fault.ts';
import { useClient } from '../state/client.tsx';
import { asFault } from '../state/fault.ts';
import { useTaskStore } from '../state/tasks.ts';
import { usePlaces } from '../task/use-places.ts';
import { eventsAsJson, eventsAsText } from './export-events.ts';
import { loadWholeLog } from './use-event-log.ts';

interface EventExportProps {
  readonly id: string;
  readonly disabled: boolean;
}

/** The whole log of a task as a file, whatever the filter shows. */
export const EventExport = (props: EventExportProps): ReactElement => (
  <Group gap="xs">
    <ExportButton {...props} kind="text" />
    <ExportButton {...props} kind="json" />
  </Group>
);

function ExportButton({
  id,
  disabled,
  kind,
}: EventExportProps & { readonly kind: 'text' | 'json' }): ReactElement {
  const client = useClient();
  const places = usePlaces(id);
  const name = useTaskStore(({ byId }) => byId[id]?.name) ?? id;
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const events = await loadWholeLog((before, limit) =>
        client.request('task.events', { id, limit, ...(before !== undefined && { before }) }),
      );
      const file = exportFileName(name, 'events', Date.now(), kind === 'text' ? 'log' : 'json');
      if (kind === 'text') saveFile(file, 'text/plain', eventsAsText(events));
      else saveFile(file, 'application/json', eventsAsJson(name, events, places));
    } catch (error) {
      showFault(asFault(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      leftSection={<Download size={14} aria-hidden />}
      disabled={disabled || busy}
      onClick={() => void save()}
    >
      {kind === 'text' ? 'Text' : 'JSON'}
    </Button>
  );
}

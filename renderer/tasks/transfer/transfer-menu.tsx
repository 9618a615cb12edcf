import { Button, Menu } from '@mantine/core';
import { ArrowDownUp, Download, Upload } from 'lucide-react';
import { useRef, useState, type ReactElement } from 'react';
import { RequestError } from '../../../shared/contract/request-error.ts';
import { importFile } from '../../../shared/profiles/import-file.ts';
import type { Imported } from '../../../shared/profiles/imported.ts';
import { MOST_FILE_BYTES } from '../../../shared/profiles/profile-file.ts';
import { focusAgain } from '../../components/focus-again.ts';
import { showFault } from '../../components/show-fault.ts';
import { useClient } from '../../state/client.tsx';
import { loadTasks } from '../../state/event-wiring.ts';
import { asFault } from '../../state/fault.ts';
import { useTaskIds } from '../../state/tasks.ts';
import { exportTasks } from './export-tasks.ts';
import { ImportedDialog } from './imported-dialog.tsx';

/** Tasks as one file, to another machine and from one. */
export function TransferMenu(): ReactElement {
  const client = useClient();
  const ids = useTaskIds();
  const button = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [imported, setImported] = useState<Imported>();
  const take = async (file: File): Promise<void> => {
    try {
      if (file.size > MOST_FILE_BYTES)
        throw new RequestError('REQUEST_INVALID', `${file.name} is larger than any file of tasks`);
      const text = await file.text();
      setImported(await importFile(text, (tasks) => client.request('task.import', { tasks })));
      await loadTasks(client);
    } catch (error) {
      showFault(asFault(error));
    }
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button ref={button} leftSection={<ArrowDownUp size={14} aria-hidden />}>
            Export and import
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Download size={14} aria-hidden />}
            disabled={ids.length === 0}
            onClick={() => exportTasks(ids)}
          >
            Export all tasks, without passwords
          </Menu.Item>
          <Menu.Item leftSection={<Upload size={14} aria-hidden />} onClick={() => input.current?.click()}>
            Import tasks of a file…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="File of tasks"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) void take(file);
          // The same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      {imported && (
        <ImportedDialog
          imported={imported}
          onClose={() => {
            setImported(undefined);
            focusAgain(button.current);
          }}
        />
      )}
    </>
  );
}

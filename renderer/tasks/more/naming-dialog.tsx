import { Autocomplete, Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { LONGEST_LABEL, LONGEST_NAME } from '../../../shared/model/profile.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useAction } from '../../state/client.tsx';
import { useTaskStore } from '../../state/tasks.ts';
import { labelsOf } from '../labels.ts';

export interface NamingDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** What a task is called, and what it stands under in the list. */
export function NamingDialog({ id, onClose }: NamingDialogProps): ReactElement {
  const [task] = useState(() => useTaskStore.getState().byId[id]);
  const [labels] = useState(() => labelsOf(Object.values(useTaskStore.getState().byId)));
  const [name, setName] = useState(task?.name ?? '');
  const [label, setLabel] = useState(task?.label ?? '');
  const edit = useAction('task.edit');
  const nameless = name.trim() === '';
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (nameless) return;
    const saved = await edit.run({ id, changes: { name: name.trim(), label: label.trim() }, secrets: {} });
    if (saved) onClose();
  };
  return (
    <Dialog opened onClose={onClose} title="Name and label" returnFocus={false}>
      <form onSubmit={(event) => void save(event)}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            label="Name"
            maxLength={LONGEST_NAME}
            value={name}
            error={nameless && 'A task needs a name.'}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Autocomplete
            label="Label"
            description="Tasks with one label stand together in the list. Empty for none."
            maxLength={LONGEST_LABEL}
            data={labels}
            value={label}
            onChange={setLabel}
          />
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" loading={edit.running} disabled={nameless}>
            Save
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

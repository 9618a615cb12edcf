import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { syncCommand, syncScript } from '../../../shared/format/sync-command.ts';
import { isActive } from '../../../shared/model/task-view.ts';
import { CopyBlock } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { NoticeBox } from '../../components/notice-box.tsx';
import { useTaskStore } from '../../state/tasks.ts';

export interface CommandDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** A task as a command for a shell, without its secrets. */
export function CommandDialog({ id, onClose }: CommandDialogProps): ReactElement | null {
  const [task] = useState(() => useTaskStore.getState().byId[id]);
  if (!task) return null;
  const command = syncCommand(task);
  const { variables, notes } = command;
  return (
    <Dialog opened onClose={onClose} title={`“${task.name}” as a command line`} size="lg" returnFocus={false}>
      <Stack gap="sm">
        <CopyBlock text={syncScript(command)} />
        <Text size="sm">
          {variables.length > 0 &&
            'No password stands in it: each is typed in the shell, or comes in the environment. '}
          It goes on from the checkpoint of this task on the target.
        </Text>
        {isActive(task.state) && (
          <NoticeBox tone="warn" title="Stop the task here first" role="note">
            One task has one run: the command would take its target over, and this one would end.
          </NoticeBox>
        )}
        {notes.map((note) => (
          <NoticeBox key={note} tone="warn" title="Not all of it fits a command line" role="note">
            {note}
          </NoticeBox>
        ))}
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button data-autofocus onClick={onClose}>
          Close
        </Button>
      </Group>
    </Dialog>
  );
}

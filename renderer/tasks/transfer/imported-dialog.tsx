import { Button, Group, List, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { describeImported, describeLeft } from '../../../shared/format/import-words.ts';
import type { Imported } from '../../../shared/profiles/imported.ts';
import { Dialog } from '../../components/dialog.tsx';
import classes from './transfer.module.css';

export interface ImportedDialogProps {
  readonly imported: Imported;
  readonly onClose: () => void;
}

/** What was taken over of a file, what each task still needs, and what was not taken and why. */
export function ImportedDialog({ imported, onClose }: ImportedDialogProps): ReactElement {
  const { taken, left } = imported;
  return (
    <Dialog opened onClose={onClose} title={describeImported(imported)} returnFocus={false}>
      <Stack gap="sm" className={classes.lists}>
        {taken.length > 0 && (
          <>
            <Text size="sm">
              None of them runs yet. Each goes on from its checkpoint when it is started here: stop it on the
              other machine before.
            </Text>
            <List size="sm">
              {taken.map(({ id, name, needs }) => (
                <List.Item key={id}>
                  <b>{name}</b>
                  {needs.length > 0 && `: asks for the passwords of its ${needs.join(' and its ')}`}
                </List.Item>
              ))}
            </List>
          </>
        )}
        {left.length > 0 && (
          <>
            <Text size="sm">Not taken over:</Text>
            <List size="sm">
              {left.map((task) => (
                <List.Item key={`${task.name} ${task.why}`}>
                  <b>{task.name}</b>: {describeLeft(task)}
                </List.Item>
              ))}
            </List>
          </>
        )}
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button data-autofocus variant="filled" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Dialog>
  );
}

import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import { isActive, type TaskView } from '../../shared/model/task-view.ts';
import { focusAgain } from '../components/focus-again.ts';
import { Dialog } from '../components/dialog.tsx';
import { useAction } from '../state/client.tsx';
import { useBeginTask } from '../tasks/begin-task.tsx';

const CHOICES = [
  {
    value: 'alone',
    label: 'It goes on alone',
    text: 'Nothing is interrupted. From its next start on it has an engine of its own, which reads the source for itself.',
  },
  {
    value: 'over',
    label: 'It is stopped, and its target handed over',
    text: 'What has come from the source is applied, then every key on the target gets its true expiry. After that the target receives nothing more, and can be used by itself.',
  },
] as const;
type Choice = (typeof CHOICES)[number]['value'];

export interface TakeOutDialogProps {
  readonly task: TaskView;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Takes a task out of its group, once its user has chosen what becomes of it. */
export function TakeOutDialog({ task, opened, onClose }: TakeOutDialogProps): ReactElement {
  const leave = useAction('task.leaveGroup');
  const begin = useBeginTask();
  const [choice, setChoice] = useState<Choice>('alone');
  const active = isActive(task.state);
  const where = addressOf(task.target);
  const takeOut = async (): Promise<void> => {
    onClose();
    const left = await leave.run({ id: task.id });
    if (left === undefined) return;
    // The line that was asked in is gone.
    focusAgain(null);
    if (active && choice === 'over') await begin(task.id, 'task.release');
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={`Take ${where} out of the group?`}>
      {active ? (
        <Radio.Group
          label={`What becomes of “${task.name}”`}
          value={choice}
          onChange={(value) => setChoice(value === 'over' ? 'over' : 'alone')}
        >
          <Stack gap="xs" mt="xs">
            {CHOICES.map(({ value, label, text }) => (
              <Radio key={value} size="xs" value={value} label={label} description={text} />
            ))}
          </Stack>
        </Radio.Group>
      ) : (
        <Text size="sm">
          “{task.name}” stays as it is, and is a task of its own from then on. Once started, it reads the
          source for itself.
        </Text>
      )}
      <Text size="sm" mt="sm">
        The other targets of the group do not notice. It can join the group again only as a new set-up.
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button variant="filled" onClick={() => void takeOut()}>
          Take it out
        </Button>
      </Group>
    </Dialog>
  );
}

import { Button, Text } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { TargetStanding } from '../../../shared/model/target-standing.ts';
import { LateWhenDeleted } from '../../tasks/late-when-deleted.tsx';
import { useConfirm } from '../../components/confirm.tsx';
import { Panel } from '../../components/panel.tsx';
import { useAction } from '../../state/client.tsx';
import { navigate } from '../../state/route.ts';
import classes from './settings.module.css';
import type { EditableTask } from './task-form.ts';

/** The way out: forgets the task, and says what stays. */
export function DeletePanel({
  task,
  active,
  standing,
}: {
  readonly task: EditableTask;
  readonly active: boolean;
  readonly standing: TargetStanding;
}): ReactElement {
  const remove = useAction('task.delete');
  const confirm = useConfirm();
  const target = addressOf(task.target);
  const askToDelete = async (): Promise<void> => {
    const sure = await confirm({
      title: `Delete the task “${task.name}”?`,
      body: (
        <>
          <Text size="sm">Lockstep forgets the task, its passwords, its events and its history.</Text>
          <Text size="sm" mt="xs">
            What is on the target {target} stays there: the data, and the checkpoint of this task in the key{' '}
            {`lockstep:{tasks}:checkpoint:${task.id}`} of database 0.
          </Text>
          <LateWhenDeleted standing={standing} />
        </>
      ),
      confirm: 'Delete the task',
      danger: true,
    });
    if (sure && (await remove.run({ id: task.id }))) navigate({ page: 'tasks' }, { replace: true });
  };
  return (
    <Panel title="Delete">
      <div className={classes.delete}>
        <p>
          Forgets the task on this machine. The data on the target stays.
          {active && ' A task has to be stopped before it can be deleted.'}
        </p>
        <Button
          leftSection={<Trash2 size={14} aria-hidden />}
          disabled={active}
          loading={remove.running}
          onClick={() => void askToDelete()}
        >
          Delete the task
        </Button>
      </div>
    </Panel>
  );
}

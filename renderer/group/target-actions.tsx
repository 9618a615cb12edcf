import { ActionIcon, Tooltip } from '@mantine/core';
import { Unlink } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { RowActions } from '../tasks/row-actions.tsx';
import { TakeOutDialog } from './take-out-dialog.tsx';
import classes from './group.module.css';

/** What can be done with one target of a group: what can be done with its task, and to take it out. */
export function TargetActions({ task }: { readonly task: TaskView }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.actions}>
      <RowActions task={task} />
      <Tooltip label="Take out of the group…">
        <ActionIcon
          aria-label={`Take ${addressOf(task.target)} out of the group`}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          <Unlink size={15} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <TakeOutDialog task={task} opened={open} onClose={() => setOpen(false)} />
    </div>
  );
}

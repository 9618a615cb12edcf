import { VisuallyHidden } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { describeTask } from '../../shared/format/task-sentence.ts';
import { taskStatus } from '../../shared/format/task-status.ts';
import { useNow } from '../state/now.ts';
import { useTask } from '../state/tasks.ts';
import classes from './task.module.css';

/**
 * How the task is, in one sentence with figures that change each second. It is read out only when the task comes to do
 * something else: nobody wants to hear a figure each second.
 */
export function TaskSentence({ id }: { readonly id: string }): ReactElement | null {
  const task = useTask(id);
  const nowMs = useNow();
  const status = task && taskStatus(task);
  const text = task ? describeTask(task, nowMs) : '';
  const [told, setTold] = useState({ status, text: '' });
  if (told.status !== status) setTold({ status, text });
  if (!task) return null;
  return (
    <>
      <p className={classes.sentence}>{text}</p>
      <VisuallyHidden role="status">{told.text}</VisuallyHidden>
    </>
  );
}

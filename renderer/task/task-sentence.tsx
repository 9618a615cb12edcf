import { VisuallyHidden } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { describeTask } from '../../shared/format/task-sentence.ts';
import { useJudged } from '../state/judgement.ts';
import classes from '../components/page-frame.module.css';

/**
 * How the task is, in one sentence with figures that change each second. It is read out only when the task comes to do
 * something else: nobody wants to hear a figure each second.
 */
export function TaskSentence({ id }: { readonly id: string }): ReactElement | null {
  const judged = useJudged(id);
  const status = judged?.judgement.status;
  const text = judged ? describeTask(judged.task, judged.nowMs, judged.judgement) : '';
  const [told, setTold] = useState({ status, text: '' });
  if (told.status !== status) setTold({ status, text });
  if (!judged) return null;
  return (
    <>
      <p className={classes.sentence}>{text}</p>
      <VisuallyHidden role="status">{told.text}</VisuallyHidden>
    </>
  );
}

import { MoveRight } from 'lucide-react';
import { VisuallyHidden } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { describeGroup, judgeGroup } from '../../shared/format/group-sentence.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { StatusBadge } from '../components/phase-badge.tsx';
import { useGroupName, useTasks } from '../state/groups.ts';
import { useNow } from '../state/now.ts';
import { GroupActions } from './group-actions.tsx';
import classes from '../components/page-frame.module.css';

export interface GroupHeadProps {
  readonly id: string;
  readonly ids: readonly string[];
}

/** Which group this is, how it is in one sentence, and what can be done with all of it. */
export function GroupHead({ id, ids }: GroupHeadProps): ReactElement {
  const name = useGroupName(id) ?? '';
  const tasks = useTasks(ids);
  const nowMs = useNow();
  const judgement = judgeGroup(tasks, nowMs);
  const status = judgement?.status;
  const text = describeGroup(tasks, nowMs);
  // Read out only when it comes to be otherwise: nobody wants to hear a figure each second.
  const [told, setTold] = useState({ status, text: '' });
  if (told.status !== status) setTold({ status, text });
  const sources = [...new Set(tasks.map(({ source }) => addressOf(source)))];
  return (
    <header className={classes.head}>
      <div className={classes.headline}>
        <div className={classes.names}>
          <div className={classes.title}>
            <h1 className={classes.name}>{name}</h1>
            {judgement && <StatusBadge {...judgement} />}
          </div>
          <p className={classes.way}>
            <span className={classes.host}>{sources.join(', ')}</span>
            <MoveRight size={16} role="img" aria-label="to" />
            <span>each of them</span>
          </p>
        </div>
        <GroupActions name={name} ids={ids} />
      </div>
      <p className={classes.sentence}>{text}</p>
      <VisuallyHidden role="status">{told.text}</VisuallyHidden>
    </header>
  );
}

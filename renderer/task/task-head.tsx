import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';
import { isAtWork, type TaskView } from '../../shared/model/task-view.ts';
import { ActivityStrip } from '../activity/activity-strip.tsx';
import frame from '../components/page-frame.module.css';
import { StatusBadge } from '../components/phase-badge.tsx';
import { useGroupIds, useGroupName } from '../state/groups.ts';
import { useJudged } from '../state/judgement.ts';
import { href } from '../state/route.ts';
import { TaskActions } from './task-actions.tsx';
import { TaskSentence } from './task-sentence.tsx';
import { TaskWay } from './task-way.tsx';
import { useTaskPart } from './use-task-part.ts';
import classes from './task.module.css';

const pickHead = ({ name, group, sandbox, source, target, foundAt, state, metrics }: TaskView) => ({
  name,
  group,
  sandbox,
  source,
  target,
  foundAt,
  atWork: isAtWork(state),
  shards: metrics?.feeds?.length ?? 0,
  nodes: metrics?.lanes?.length ?? 0,
});

/** Which task this is, between which servers, how it is in one sentence, and what can be done with it. */
export function TaskHead({ id }: { readonly id: string }): ReactElement | null {
  const head = useTaskPart(id, pickHead);
  const groupId = head?.group?.id ?? '';
  const others = useGroupIds(groupId).length - 1;
  const group = useGroupName(groupId);
  if (!head) return null;
  return (
    <header className={frame.head}>
      <div className={frame.headline}>
        <div className={frame.names}>
          <div className={frame.title}>
            <h1 className={frame.name}>{head.name}</h1>
            <JudgedBadge id={id} />
            {head.sandbox && (
              <Badge
                variant="default"
                tt="none"
                title="Both servers are for trying out and end with Lockstep."
              >
                Sandbox
              </Badge>
            )}
          </div>
          {others > 0 && (
            <p className={classes.group}>
              in the group <a href={href({ page: 'group', id: groupId })}>{group}</a>
            </p>
          )}
          <TaskWay {...head} />
        </div>
        <TaskActions id={id} />
      </div>
      <TaskSentence id={id} />
      <ActivityStrip id={id} />
    </header>
  );
}

function JudgedBadge({ id }: { readonly id: string }): ReactElement | null {
  const judged = useJudged(id);
  return judged ? <StatusBadge {...judged.judgement} /> : null;
}

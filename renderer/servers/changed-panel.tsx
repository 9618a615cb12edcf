import { Button } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import { isActive } from '../../shared/model/task-view.ts';
import { Panel } from '../components/panel.tsx';
import { href } from '../state/route.ts';
import { useTask, useTaskIds } from '../state/tasks.ts';
import { ChangeWords } from '../task/changed-settings.tsx';
import { useReleaseTask } from '../tasks/release-task.tsx';
import classes from './servers.module.css';

/** All that tasks have changed of their targets by CONFIG SET and not set back yet. Nothing where there is none. */
export function ChangedPanel(): ReactElement | null {
  const ids = useTaskIds(undefined, ({ changedSettings = [] }) => changedSettings.length > 0);
  if (ids.length === 0) return null;
  return (
    <Panel title="Changed on servers by Lockstep">
      <ul className={classes.changed}>
        {ids.map((id) => (
          <ChangedLine key={id} id={id} />
        ))}
      </ul>
    </Panel>
  );
}

function ChangedLine({ id }: { readonly id: string }): ReactElement | null {
  const task = useTask(id);
  const release = useReleaseTask();
  if (!task?.changedSettings) return null;
  return (
    <li>
      <span>
        {addressOf(task.target)},{' '}
        {task.changedSettings.map((change) => (
          <ChangeWords key={change.setting} change={change} />
        ))}
        , for <a href={href({ page: 'task', id, tab: 'overview' })}>{task.name}</a>
      </span>
      {isActive(task.state) ? (
        <span className={classes.detail}>set back when the task ends</span>
      ) : (
        <Button
          size="compact-sm"
          leftSection={<Undo2 size={14} aria-hidden />}
          loading={release.running}
          aria-label={`Set it back now…, what ${task.name} has changed`}
          onClick={() => void release.ask(id)}
        >
          Set it back now…
        </Button>
      )}
    </li>
  );
}

import { Button, Group } from '@mantine/core';
import { CopyPlus } from 'lucide-react';
import type { ReactElement } from 'react';
import { isActive, isAtWork, type TaskView } from '../../shared/model/task-view.ts';
import { noRehearsal } from '../../shared/rehearsal/rehearsal-state.ts';
import { Panel } from '../components/panel.tsx';
import pairClasses from '../pair/pair.module.css';
import { useRequest } from '../state/client.tsx';
import { navigate } from '../state/route.ts';
import { TaskWay } from '../task/task-way.tsx';
import { useTaskPart } from '../task/use-task-part.ts';
import { TASK_KINDS } from './kind-words.ts';
import { RehearsalBody } from './rehearsal-body.tsx';
import { useNewRehearsal } from './use-new-rehearsal.ts';

const pickTask = ({ name, state, source, target, foundAt, metrics }: TaskView) => ({
  name,
  ...{ active: isActive(state), atWork: isAtWork(state), source, target, foundAt },
  ...{ shards: metrics?.feeds?.length ?? 0, nodes: metrics?.lanes?.length ?? 0 },
});

/** A rehearsal of a task, whose run ends for it and goes on afterwards. */
export function TaskRehearsal({ id }: { readonly id: string }): ReactElement | null {
  const { data: state = noRehearsal(id) } = useRequest('rehearsal.state', { id });
  const task = useTaskPart(id, pickTask);
  const beside = useNewRehearsal();
  const running = state.status === 'running' || state.status === 'ending';
  if (!task) return null;
  return (
    <div className={pairClasses.page}>
      <header className={pairClasses.head}>
        <h1>Rehearse “{task.name}”</h1>
        <Group gap="xs">
          <Button
            leftSection={<CopyPlus size={14} aria-hidden />}
            loading={beside.running}
            onClick={() => void beside.begin(id)}
          >
            Rehearse a copy into another target
          </Button>
          <Button onClick={() => navigate({ page: 'task', id, tab: 'overview' })}>To the task</Button>
        </Group>
      </header>
      <Panel title="With the task itself">
        <TaskWay {...task} />
        <p className={pairClasses.between}>
          {task.active || running
            ? 'The rehearsal works with the run that is under way: nothing is interrupted until you cut the link, or cut over. After a loss the task runs on where that is exact.'
            : 'It does not run now: it is started for the rehearsal, and stopped afterwards.'}
        </p>
      </Panel>
      <RehearsalBody id={id} state={state} kinds={TASK_KINDS} prepare={async () => true} />
    </div>
  );
}

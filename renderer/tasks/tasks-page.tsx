import { Button, Skeleton } from '@mantine/core';
import type { ReactElement } from 'react';
import { FaultAlert } from '../components/fault-alert.tsx';
import { Panel } from '../components/panel.tsx';
import { useClient } from '../state/client.tsx';
import { loadTasks } from '../state/event-wiring.ts';
import { useTaskIds, useTasksFault, useTasksLoaded } from '../state/tasks.ts';
import { PairPanel } from '../pair/pair-panel.tsx';
import { RehearsalsPanel } from '../rehearsal/rehearsals-panel.tsx';
import { DraftList } from './draft-list.tsx';
import { NoTasks } from './no-tasks.tsx';
import { ResumeOffers } from './resume-offers.tsx';
import { TaskTable } from './task-table.tsx';
import { TransferMenu } from './transfer/transfer-menu.tsx';
import classes from './tasks-page.module.css';

/** All tasks, and what waits for a decision. */
export function TasksPage(): ReactElement {
  const loaded = useTasksLoaded();
  const fault = useTasksFault();
  const client = useClient();
  const any = useTaskIds().length > 0;
  return (
    <>
      <div className={classes.head}>
        <h1 className={classes.title}>Tasks</h1>
        <TransferMenu />
      </div>
      <ResumeOffers />
      {fault && (
        <FaultAlert fault={fault}>
          <Button onClick={() => void loadTasks(client)}>Try again</Button>
        </FaultAlert>
      )}
      <Panel flush>{!loaded ? <Loading /> : any ? <TaskTable /> : <NoTasks />}</Panel>
      <DraftList />
      <PairPanel />
      <RehearsalsPanel />
    </>
  );
}

/** Nothing is known yet: shown from the first moment, for a moment. */
const Loading = (): ReactElement => (
  <div className={classes.loading} role="status" aria-label="The tasks are being loaded">
    {[0, 1, 2].map((line) => (
      <Skeleton key={line} height={32} animate={false} />
    ))}
  </div>
);

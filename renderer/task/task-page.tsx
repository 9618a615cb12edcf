import { Tabs } from '@mantine/core';
import type { ReactElement } from 'react';
import { PageGone, PageLoading } from '../components/page-state.tsx';
import frame from '../components/page-frame.module.css';
import { DriftTab } from '../drift/drift-tab.tsx';
import { EventsTab } from '../events/events-tab.tsx';
import { navigate, TASK_TABS, type TaskTab } from '../state/route.ts';
import { useTaskStore, useTasksLoaded } from '../state/tasks.ts';
import { OverviewTab } from './overview-tab.tsx';
import { SettingsTab } from './settings/settings-tab.tsx';
import { TaskHead } from './task-head.tsx';
import classes from './task.module.css';

const TAB_WORDS: Readonly<Record<TaskTab, string>> = {
  overview: 'Overview',
  drift: 'Drift',
  events: 'Events',
  settings: 'Settings',
};

/** One task: how it is, whether both sides hold the same, what happened, and what can be changed. */
export function TaskPage({ id, tab }: { readonly id: string; readonly tab: TaskTab }): ReactElement {
  const there = useTaskStore(({ byId }) => byId[id] !== undefined);
  const loaded = useTasksLoaded();
  if (!there && !loaded) return <PageLoading what="task" />;
  if (!there) return <PageGone what="task" text="It was deleted, perhaps in another window." />;
  return (
    // Another task is another page: nothing that was opened or chosen for one holds for the next.
    <div key={id} className={frame.page}>
      <TaskHead id={id} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(chosen) => {
          const next = TASK_TABS.find((candidate) => candidate === chosen);
          if (next) navigate({ page: 'task', id, tab: next });
        }}
      >
        <Tabs.List aria-label="Parts of the task">
          {TASK_TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {TAB_WORDS[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.tabPanel}>
          <OverviewTab id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="drift" className={classes.tabPanel}>
          <DriftTab id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="events" className={classes.tabPanel}>
          <EventsTab id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" className={classes.tabPanel}>
          <SettingsTab id={id} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

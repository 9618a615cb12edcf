import type { ReactElement } from 'react';
import { TaskCharts } from '../charts/task-charts.tsx';
import { CopyPanel } from './copy-panel.tsx';
import { KeyFigures } from './key-figures.tsx';
import { RunsPanel } from './runs/runs-panel.tsx';
import { NodesPanel } from './shards/nodes-panel.tsx';
import { ShardsPanel } from './shards/shards-panel.tsx';
import { TaskNotices } from './task-notices.tsx';
import classes from './task.module.css';

/** How the task is at a glance, for the second screen. */
export const OverviewTab = ({ id }: { readonly id: string }): ReactElement => (
  <div className={classes.overview}>
    <TaskNotices id={id} />
    <ShardsPanel id={id} />
    <NodesPanel id={id} />
    <CopyPanel id={id} />
    <KeyFigures id={id} />
    <TaskCharts id={id} />
    <RunsPanel id={id} />
  </div>
);

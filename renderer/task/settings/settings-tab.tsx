import type { ReactElement } from 'react';
import { isActive, type TaskView } from '../../../shared/model/task-view.ts';
import { useTaskPart } from '../use-task-part.ts';
import { DeletePanel } from './delete-panel.tsx';
import { EditForm } from './edit-form.tsx';
import { FixedSettings } from './fixed-settings.tsx';
import classes from './settings.module.css';

const pickSettings = (task: TaskView) => ({
  state: task.state,
  standing: task.targetStanding,
  createdAtMs: task.createdAtMs,
  ignoredWarnings: task.ignoredWarnings,
  task: {
    id: task.id,
    name: task.name,
    source: task.source,
    target: task.target,
    databases: task.databases,
    databaseMap: task.databaseMap,
    existing: task.existing,
    onFlush: task.onFlush,
    functions: task.functions,
    fullOnly: task.fullOnly,
    retryForMinutes: task.retryForMinutes,
    expirySlackSeconds: task.expirySlackSeconds,
    importMode: task.importMode,
    readFrom: task.readFrom,
    maxCommandsPerSecond: task.maxCommandsPerSecond,
    maxBytesPerSecond: task.maxBytesPerSecond,
    spoolMaxBytes: task.spoolMaxBytes,
    spoolDir: task.spoolDir,
  },
});

/** What a task was set up to do, and what of it can be changed. */
export function SettingsTab({ id }: { readonly id: string }): ReactElement | null {
  const settings = useTaskPart(id, pickSettings);
  if (!settings) return null;
  const { state, standing, createdAtMs, ignoredWarnings, task } = settings;
  return (
    <div className={classes.tab}>
      <EditForm task={task} state={state} />
      <FixedSettings task={task} createdAtMs={createdAtMs} ignoredWarnings={ignoredWarnings} />
      <DeletePanel task={task} active={isActive(state)} standing={standing} />
    </div>
  );
}

import type { QueryClient } from '@tanstack/react-query';
import type { AppEvent, AppInfo } from '../../shared/contract/api.ts';
import type { Connection } from './connection.ts';
import { asFault } from './fault.ts';
import { putReport, putTask, removeTask, replaceTasks, useTaskStore } from './tasks.ts';

/** Asks for all tasks. A failure stands in the store, unless the connection is gone: then its return leads here again. */
export async function loadTasks(connection: Connection): Promise<void> {
  try {
    replaceTasks(await connection.request('task.list', {}));
  } catch (error) {
    const fault = asFault(error);
    if (fault.code !== 'HOST_GONE') useTaskStore.setState({ fault });
  }
}

/**
 * Keeps the stores and the answers of earlier requests true to what the application tells by itself, and asks for
 * everything anew when the connection is back. @returns a function that ends that
 */
export function wireEvents(connection: Connection, queries: QueryClient): () => void {
  const changeInfo = (change: Partial<AppInfo>): void =>
    void queries.setQueryData<AppInfo>(['app.info', {}], (info) => info && { ...info, ...change });

  const take = (event: AppEvent): void => {
    switch (event.type) {
      case 'task':
        return putTask(event.task);
      case 'task-report':
        return putReport(event.report);
      case 'task-removed':
        return removeTask(event.id);
      case 'precheck': {
        const { draftId, targetId } = event.state;
        return void queries.setQueryData(['precheck.state', { draftId, targetId }], event.state);
      }
      case 'comparison':
        if (event.state.status === 'done')
          void queries.invalidateQueries({ queryKey: ['comparison.kept', { id: event.state.ownerId }] });
        return void queries.setQueryData(['comparison.state', { id: event.state.ownerId }], event.state);
      case 'task-activity':
        return void queries.invalidateQueries({ queryKey: ['task.activity', { id: event.taskId }] });
      case 'rehearsal': {
        const { ownerId, status } = event.state;
        if (status === 'ended')
          void queries.invalidateQueries({ queryKey: ['rehearsal.kept', { id: ownerId }] });
        return void queries.setQueryData(['rehearsal.state', { id: ownerId }], event.state);
      }
      case 'repair':
        return void queries.setQueryData(['task.repairState', { id: event.state.taskId }], event.state);
      case 'servers':
        return void queries.invalidateQueries({ queryKey: ['server.list'] });
      case 'settings':
        return changeInfo({ settings: event.settings });
      case 'alerts':
        return void queries.setQueryData(['alerts.state', {}], event.state);
      case 'notices':
        return changeInfo({ notices: event.notices });
      // Pages that show a log, and the shell, listen to these themselves.
      case 'task-event':
      case 'navigate':
      case 'show-task':
    }
  };

  const refresh = (): void => {
    if (connection.status() !== 'open') return;
    void loadTasks(connection);
    void queries.invalidateQueries();
  };

  const stopEvents = connection.onEvent(take);
  const stopStatus = connection.onStatus(refresh);
  refresh();
  return () => {
    stopEvents();
    stopStatus();
  };
}

import { useEffect } from 'react';
import type { Route } from '../state/route.ts';
import { useGroupName } from '../state/groups.ts';
import { useTaskStore } from '../state/tasks.ts';

/** The title of the window says where one is, for the task bar and for those who do not see the page. */
export function usePageTitle(route: Route): void {
  const name = useTaskStore(({ byId }) => (route.page === 'task' ? byId[route.id]?.name : undefined));
  const group = useGroupName(route.page === 'group' ? route.id : '');
  const title = `${titleOf(route, name ?? group)} – Lockstep`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function titleOf(route: Route, name: string | undefined): string {
  switch (route.page) {
    case 'tasks':
      return 'Tasks';
    case 'settings':
      return 'Settings';
    case 'servers':
      return 'Servers';
    case 'server':
      return 'Server';
    case 'setup':
      return 'New synchronisation';
    case 'pair':
      return 'Compare two servers';
    case 'rehearsal':
      return 'Rehearse';
    case 'task':
      return name ?? 'Task';
    case 'group':
      return name ?? 'Group';
  }
}

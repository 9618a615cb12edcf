import { useEffect, type ReactElement } from 'react';
import { useRoute } from '../state/route.ts';
import { TasksPage } from '../tasks/tasks-page.tsx';
import { later } from './later.ts';

/** The list of tasks is what one sees first; all others are chunks of their own. */
const pages = {
  group: later(async () => (await import('../group/group-page.tsx')).GroupPage),
  pair: later(async () => (await import('../pair/pair-page.tsx')).PairPage),
  rehearsal: later(async () => (await import('../rehearsal/rehearsal-page.tsx')).RehearsalPage),
  server: later(async () => (await import('../servers/server-page.tsx')).ServerPage),
  servers: later(async () => (await import('../servers/servers-page.tsx')).ServersPage),
  settings: later(async () => (await import('../settings/settings-page.tsx')).SettingsPage),
  setup: later(async () => (await import('../setup/setup-page.tsx')).SetupPage),
  task: later(async () => (await import('../task/task-page.tsx')).TaskPage),
};

/** Fetches the code of all pages. @throws whatever kept one of them from being loaded */
export const loadPages = async (): Promise<void> => {
  await Promise.all(Object.values(pages).map(({ load }) => load()));
};

/** The page that the address names. */
export function RoutedPage(): ReactElement {
  const route = useRoute();
  usePagesBeforehand();
  switch (route.page) {
    case 'tasks':
      return <TasksPage />;
    case 'settings':
      return <pages.settings.Page />;
    case 'servers':
      return <pages.servers.Page />;
    case 'server':
      return <pages.server.Page key={route.id} id={route.id} />;
    case 'setup':
      return <pages.setup.Page key={route.draftId} draftId={route.draftId} />;
    case 'pair':
      return <pages.pair.Page key={route.draftId} draftId={route.draftId} />;
    case 'rehearsal':
      return <pages.rehearsal.Page key={route.id} id={route.id} />;
    case 'group':
      return <pages.group.Page key={route.id} id={route.id} />;
    case 'task':
      return <pages.task.Page key={route.id} id={route.id} tab={route.tab} />;
  }
}

/** Once the first page is shown: no other one is waited for then, nor lacks its code when its host is gone or another version by then. */
function usePagesBeforehand(): void {
  useEffect(() => {
    const idle = setTimeout(() => void loadPages().catch(() => undefined), 500);
    return () => clearTimeout(idle);
  }, []);
}

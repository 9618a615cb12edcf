import { MantineProvider, useMantineColorScheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, type ReactElement } from 'react';
import { ConfirmProvider } from './components/confirm.tsx';
import { styleNonce } from './nonce.ts';
import { GroupPage } from './group/group-page.tsx';
import { PairPage } from './pair/pair-page.tsx';
import { RehearsalPage } from './rehearsal/rehearsal-page.tsx';
import { ProductionGate } from './servers/production-gate.tsx';
import { ServerPage } from './servers/server-page.tsx';
import { ServersPage } from './servers/servers-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { SetupPage } from './setup/setup-page.tsx';
import { Shell } from './shell/shell.tsx';
import { ClientProvider, useAppInfo } from './state/client.tsx';
import type { Connection } from './state/connection.ts';
import { useRoute } from './state/route.ts';
import { TaskPage } from './task/task-page.tsx';
import { BeginTaskProvider } from './tasks/begin-task.tsx';
import { TasksPage } from './tasks/tasks-page.tsx';
import { cssVariables, theme } from './theme.ts';
import './theme.css';

/** The whole page, over whatever way leads to the application. */
export const App = ({ client }: { readonly client: Connection }): ReactElement => (
  <MantineProvider
    theme={theme}
    cssVariablesResolver={cssVariables}
    defaultColorScheme="auto"
    getStyleNonce={styleNonce}
  >
    <ClientProvider client={client}>
      <ChosenColours />
      <ConfirmProvider>
        <ProductionGate>
          <BeginTaskProvider>
            <Shell>
              <Page />
            </Shell>
          </BeginTaskProvider>
        </ProductionGate>
      </ConfirmProvider>
      <Notifications position="bottom-right" limit={4} />
    </ClientProvider>
  </MantineProvider>
);

function Page(): ReactElement {
  const route = useRoute();
  switch (route.page) {
    case 'tasks':
      return <TasksPage />;
    case 'settings':
      return <SettingsPage />;
    case 'servers':
      return <ServersPage />;
    case 'server':
      return <ServerPage key={route.id} id={route.id} />;
    case 'setup':
      return <SetupPage key={route.draftId} draftId={route.draftId} />;
    case 'pair':
      return <PairPage key={route.draftId} draftId={route.draftId} />;
    case 'rehearsal':
      return <RehearsalPage key={route.id} id={route.id} />;
    case 'group':
      return <GroupPage key={route.id} id={route.id} />;
    case 'task':
      return <TaskPage key={route.id} id={route.id} tab={route.tab} />;
  }
}

/** Follows the setting. The page remembers it by itself too, so that the first paint is right the next time. */
function ChosenColours(): null {
  const chosen = useAppInfo()?.settings.theme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (chosen) setColorScheme(chosen === 'system' ? 'auto' : chosen);
  }, [chosen, setColorScheme]);
  return null;
}

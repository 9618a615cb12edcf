import { MantineProvider, useMantineColorScheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, type ReactElement } from 'react';
import { ConfirmProvider } from './components/confirm.tsx';
import { styleNonce } from './nonce.ts';
import { ProductionGate } from './servers/production-gate.tsx';
import { RoutedPage } from './shell/pages.tsx';
import { Shell } from './shell/shell.tsx';
import { ClientProvider, useAppInfo } from './state/client.tsx';
import type { Connection } from './state/connection.ts';
import { BeginTaskProvider } from './tasks/begin-task.tsx';
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
              <RoutedPage />
            </Shell>
          </BeginTaskProvider>
        </ProductionGate>
      </ConfirmProvider>
      <Notifications position="bottom-right" limit={4} />
    </ClientProvider>
  </MantineProvider>
);

/** Follows the setting. The page remembers it by itself too, so that the first paint is right the next time. */
function ChosenColours(): null {
  const chosen = useAppInfo()?.settings.theme;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (chosen) setColorScheme(chosen === 'system' ? 'auto' : chosen);
  }, [chosen, setColorScheme]);
  return null;
}

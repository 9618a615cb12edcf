import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { ClientContext } from './client-context.ts';
import type { Connection } from './connection.ts';
import { wireEvents } from './event-wiring.ts';

export { useAction, type Action } from './action.ts';
export { useAppEvent, useConnectionStatus } from './app-events.ts';
export { useClient } from './client-context.ts';
export { useAppInfo, useRequest } from './request.ts';

const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // The connection itself tries again, and asks for everything anew when it is back.
        retry: false,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  });

export function ClientProvider({
  client,
  children,
}: {
  readonly client: Connection;
  readonly children: ReactNode;
}): ReactElement {
  const [queries] = useState(newQueryClient);
  useEffect(() => wireEvents(client, queries), [client, queries]);
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </ClientContext>
  );
}

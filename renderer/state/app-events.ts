import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import type { AppEvent } from '../../shared/contract/api.ts';
import { useClient } from './client-context.ts';
import type { ConnectionStatus } from './connection.ts';

export function useConnectionStatus(): ConnectionStatus {
  const client = useClient();
  return useSyncExternalStore(client.onStatus, client.status);
}

/** Calls the listener with everything that the application tells by itself while the component is there. */
export function useAppEvent(listener: (event: AppEvent) => void): void {
  const client = useClient();
  const onEvent = useEffectEvent(listener);
  useEffect(() => client.onEvent((event) => onEvent(event)), [client]);
}

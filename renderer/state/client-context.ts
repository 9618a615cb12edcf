import { createContext, useContext } from 'react';
import type { Connection } from './connection.ts';

export const ClientContext = createContext<Connection | null>(null);

/** The way to the application, for what the other hooks do not cover. */
export function useClient(): Connection {
  const client = useContext(ClientContext);
  if (!client) throw new Error('There is no ClientProvider above this component.');
  return client;
}

import type { ReactElement } from 'react';
import { productionServer, type TouchedServer } from '../../shared/servers/production.ts';
import { ProductionBadge } from './production-badge.tsx';
import { useServers } from './use-servers.ts';

/** The mark of a server that is touched, where it is one of production; else nothing. */
export function ProductionMark(touched: TouchedServer): ReactElement | null {
  const server = productionServer(touched, useServers());
  return server ? <ProductionBadge name={server.name} /> : null;
}

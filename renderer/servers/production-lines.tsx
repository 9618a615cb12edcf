import type { ReactElement } from 'react';
import type { EndpointForm } from '../../shared/model/profile.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { productionServer } from '../../shared/servers/production.ts';
import { ProductionBadge } from './production-badge.tsx';
import classes from './servers.module.css';
import { useServers } from './use-servers.ts';

interface ProductionLinesProps {
  readonly sides: readonly { readonly side: string; readonly address: EndpointForm }[];
}

/** A line for each server of these that is one of production; nothing where none is. */
export function ProductionLines({ sides }: ProductionLinesProps): ReactElement | null {
  const servers = useServers();
  const marked = sides.flatMap(({ side, address }) => {
    const server = productionServer({ address }, servers);
    return server ? [{ side, where: addressOf(address), name: server.name }] : [];
  });
  if (marked.length === 0) return null;
  return (
    <ul className={classes.marked}>
      {marked.map(({ side, where, name }) => (
        <li key={`${side} ${where}`}>
          <ProductionBadge name={name} /> {side}: {name} ({where})
        </li>
      ))}
    </ul>
  );
}

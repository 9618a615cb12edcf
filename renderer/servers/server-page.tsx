import type { ReactElement } from 'react';
import { FaultAlert } from '../components/fault-alert.tsx';
import { PageGone, PageLoading } from '../components/page-state.tsx';
import { useRequest } from '../state/client.tsx';
import { NEW_SERVER } from '../state/route.ts';
import { ServerForm } from './server-form.tsx';

/** A saved server, or a new one, as it is entered. */
export function ServerPage({ id }: { readonly id: string }): ReactElement {
  const { data: servers, error } = useRequest('server.list', {});
  if (!servers) return error ? <FaultAlert fault={error} /> : <PageLoading what="server" />;
  const server = servers.find((one) => one.id === id);
  if (!server && id !== NEW_SERVER)
    return <PageGone what="server" text="It was removed, perhaps in another window." />;
  return <ServerForm server={server} all={servers} />;
}

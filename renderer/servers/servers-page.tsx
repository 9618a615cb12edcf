import { Button, Group } from '@mantine/core';
import { Download, Plus, RefreshCw, Server, Upload } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { exportServers } from '../../shared/servers/server-export.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { PageLoading } from '../components/page-state.tsx';
import { Panel } from '../components/panel.tsx';
import { exportFileName } from '../export/file-name.ts';
import { saveFile } from '../export/save-file.ts';
import { useRequest } from '../state/client.tsx';
import { href, NEW_SERVER } from '../state/route.ts';
import { byGroup } from './by-group.ts';
import { ChangedPanel } from './changed-panel.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { ServerTable } from './server-table.tsx';
import classes from './servers.module.css';
import { useLooks } from './use-looks.ts';

/** The book of servers: where they are entered once, and what the last look at each has found. */
export function ServersPage(): ReactElement {
  const { data: servers, error } = useRequest('server.list', {});
  const { under, look } = useLooks();
  const [importing, setImporting] = useState(false);
  if (!servers) return error ? <FaultAlert fault={error} /> : <PageLoading what="servers" />;
  const save = (): void =>
    saveFile(
      exportFileName('lockstep', 'servers', Date.now(), 'json'),
      'application/json',
      exportServers(servers),
    );
  const groups = byGroup(servers);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>Servers</h1>
        <Group gap="xs">
          {servers.length > 0 && (
            <>
              <Button
                leftSection={<RefreshCw size={14} aria-hidden />}
                loading={under.size > 0}
                onClick={() => void look(servers.map(({ id }) => id))}
              >
                Look at all
              </Button>
              <Button leftSection={<Download size={14} aria-hidden />} onClick={save}>
                Export without passwords
              </Button>
            </>
          )}
          <Button leftSection={<Upload size={14} aria-hidden />} onClick={() => setImporting(true)}>
            Import…
          </Button>
          <AddButton />
        </Group>
      </header>
      {servers.length === 0 && <NoServers />}
      {groups.map(([group, members]) => (
        <Panel
          key={group}
          flush
          {...(groups.length > 1 || group !== '' ? { title: group || 'Without a group' } : {})}
        >
          <ServerTable
            label={group === '' ? 'Servers without a group' : `Servers of ${group}`}
            servers={members}
            under={under}
            onLook={(id) => void look([id])}
          />
        </Panel>
      ))}
      <ChangedPanel />
      <ImportDialog opened={importing} onClose={() => setImporting(false)} />
    </div>
  );
}

const AddButton = (): ReactElement => (
  <Button
    component="a"
    variant="filled"
    leftSection={<Plus size={14} aria-hidden />}
    href={href({ page: 'server', id: NEW_SERVER })}
  >
    Add a server
  </Button>
);

const NoServers = (): ReactElement => (
  <Panel>
    <EmptyState icon={Server} title="No server saved yet">
      <p className={classes.empty}>
        Enter a server once, with its user, password and TLS, and choose it wherever one is asked for: in a
        set-up, a comparison or a rehearsal. Mark those that matter as production, and whatever writes to
        them, removes from them or loads them asks for their name first. <b>Add a server</b>, or <b>Import</b>{' '}
        a list of redis:// addresses, or the export of RedisInsight or of Another Redis Desktop Manager.
      </p>
    </EmptyState>
  </Panel>
);

import { ActionIcon, Button } from '@mantine/core';
import { List, LogOut, Plus, Server, Settings } from 'lucide-react';
import type { ReactElement } from 'react';
import { useAppInfo } from '../state/client.tsx';
import { href, useRoute } from '../state/route.ts';
import { signOut } from '../transport/open-transport.ts';
import classes from './shell.module.css';
import { StatusSummary } from './status-summary.tsx';
import { useNewSetup } from './use-new-setup.ts';

/** The bar at the top of every page. */
export function Header(): ReactElement {
  const { page } = useRoute();
  const { begin, running } = useNewSetup();
  const inBrowser = useAppInfo()?.host === 'browser';
  const inServers = page === 'servers' || page === 'server';
  const inTasks = page !== 'settings' && page !== 'setup' && !inServers;
  return (
    <header className={classes.header}>
      <a className={classes.brand} href={href({ page: 'tasks' })} aria-label="Lockstep, list of tasks">
        <Mark />
        Lockstep
      </a>
      <nav className={classes.nav} aria-label="Pages">
        <a
          href={href({ page: 'tasks' })}
          className={classes.link}
          aria-current={inTasks ? 'page' : undefined}
        >
          <List size={15} aria-hidden />
          Tasks
        </a>
        <a
          href={href({ page: 'servers' })}
          className={classes.link}
          aria-current={inServers ? 'page' : undefined}
        >
          <Server size={15} aria-hidden />
          Servers
        </a>
        <a
          href={href({ page: 'settings' })}
          className={classes.link}
          aria-current={page === 'settings' ? 'page' : undefined}
        >
          <Settings size={15} aria-hidden />
          Settings
        </a>
      </nav>
      <StatusSummary />
      <Button
        variant="filled"
        leftSection={<Plus size={14} aria-hidden />}
        loading={running}
        onClick={() => void begin()}
      >
        New synchronisation
      </Button>
      {inBrowser && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Sign this browser out"
          title="Sign this browser out; the tasks go on"
          // What becomes of it is told by the connection.
          onClick={() => void signOut().catch(() => undefined)}
        >
          <LogOut size={15} aria-hidden />
        </ActionIcon>
      )}
    </header>
  );
}

/** Two bars of the same step. */
const Mark = (): ReactElement => (
  <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden>
    <rect x="1" y="3" width="11" height="5.5" rx="1.6" fill="var(--mantine-primary-color-filled)" />
    <rect x="8" y="11.5" width="11" height="5.5" rx="1.6" fill="var(--mantine-primary-color-filled)" />
  </svg>
);

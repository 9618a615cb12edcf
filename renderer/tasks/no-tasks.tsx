import { Button, Text } from '@mantine/core';
import { FlaskConical, Plus, Waypoints } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { SandboxKind } from '../../shared/contract/sandbox-messages.ts';
import { ERROR_CATALOGUE } from '../../shared/errors/catalogue.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { useNewSetup } from '../shell/use-new-setup.ts';
import { useAction, useAppInfo } from '../state/client.tsx';
import { navigate } from '../state/route.ts';
import classes from './tasks-page.module.css';

/** What the list shows as long as there is no task: the two ways to get one. */
export function NoTasks(): ReactElement {
  const setup = useNewSetup();
  return (
    <EmptyState icon={Waypoints} title="No synchronisation yet">
      <div className={classes.ways}>
        <div className={classes.way}>
          <h3>Between two servers of yours</h3>
          <Text size="sm">
            Name source and target, choose what to take, and look at what the precheck found. Nothing is
            written before you start it.
          </Text>
          <Button
            variant="filled"
            leftSection={<Plus size={14} aria-hidden />}
            loading={setup.running}
            onClick={() => void setup.begin()}
          >
            New synchronisation
          </Button>
        </div>
        <SandboxWay />
      </div>
    </EmptyState>
  );
}

/** What each kind is begun with, the most usual first. */
const SANDBOXES = [
  ['servers', 'Try it on two sandbox servers'],
  ['cluster', 'Try it with a sandbox cluster'],
] as const;

function SandboxWay(): ReactElement {
  const possible = useAppInfo()?.canSandbox ?? false;
  const { run, running, error } = useAction('sandbox.start', { quiet: true });
  const [begun, setBegun] = useState<SandboxKind>();
  const start = async (kind: SandboxKind): Promise<void> => {
    setBegun(kind);
    const started = await run({ kind });
    if (started) navigate({ page: 'task', id: started.taskId, tab: 'overview' });
  };
  return (
    <div className={classes.way}>
      <h3>Between servers of Lockstep’s own</h3>
      <Text size="sm">
        Starts Redis servers on this machine, fills one with data, keeps writing to it, and begins a task to
        another one, or to a cluster of three shards. They end with Lockstep; nothing else is touched.
      </Text>
      <Text id="no-sandbox" size="xs" c="dimmed" className={classes.reason}>
        {running && 'The servers are being started and filled. This takes a few seconds.'}
        {!possible &&
          `${ERROR_CATALOGUE.SANDBOX_UNAVAILABLE.cause} ${ERROR_CATALOGUE.SANDBOX_UNAVAILABLE.remedy}`}
      </Text>
      {error && <FaultAlert fault={error} />}
      {SANDBOXES.map(([kind, words]) => (
        <Button
          key={kind}
          leftSection={<FlaskConical size={14} aria-hidden />}
          loading={running && begun === kind}
          disabled={!possible || (running && begun !== kind)}
          aria-describedby={possible ? undefined : 'no-sandbox'}
          onClick={() => void start(kind)}
        >
          {words}
        </Button>
      ))}
    </div>
  );
}

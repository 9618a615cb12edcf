import { Button, Checkbox, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { FormProvider } from 'react-hook-form';
import type { ServerView } from '../../shared/servers/saved-server.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { Panel } from '../components/panel.tsx';
import { SetupContext } from '../setup/draft/use-setup.ts';
import { EndpointFields } from '../setup/endpoint/endpoint-fields.tsx';
import { TextField } from '../setup/step/text-field.tsx';
import { navigate } from '../state/route.ts';
import { ColourChoice } from './colour-choice.tsx';
import { GroupField } from './group-field.tsx';
import { ProductionBadge } from './production-badge.tsx';
import { SERVER_PATH } from './server-draft.ts';
import classes from './servers.module.css';
import { useServerForm } from './use-server-form.ts';

interface ServerFormProps {
  /** undefined for a new one. */
  readonly server: ServerView | undefined;
  readonly all: readonly ServerView[];
}

/** The fields of a saved server: what it is called, how it is marked, and how it is opened. */
export function ServerForm({ server, all }: ServerFormProps): ReactElement {
  const others = all.filter(({ id }) => id !== server?.id);
  const { setup, marks, mark, saving, fault, save } = useServerForm(server, others);
  const leave = (): void => navigate({ page: 'servers' });
  return (
    <SetupContext value={setup}>
      <FormProvider {...setup.form}>
        <form
          className={classes.page}
          autoComplete="off"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void save().then((saved) => saved && leave());
          }}
        >
          <div className={classes.title}>
            <h1>{server?.name ?? 'A new server'}</h1>
            {marks.production && <ProductionBadge />}
          </div>
          <div className={classes.columns}>
            <Panel title="Name and mark">
              <div className={classes.fields}>
                <TextField name="name" label="Name" placeholder="Orders live" />
                <GroupField servers={all} value={marks.group} onChange={(group) => mark({ group })} />
                <ColourChoice value={marks.colour} onChange={(colour) => mark({ colour })} />
                <Checkbox
                  label="Production"
                  description="Its mark stands on every page that touches this server, recognised by its address. A start that writes to it, a full copy again, keys that are copied again or removed, a cut-over, a rehearsal and a comparison of values ask for its name to be typed."
                  checked={marks.production}
                  onChange={(event) => mark({ production: event.currentTarget.checked })}
                />
              </div>
            </Panel>
            <Panel title="Where it is, and how it is opened">
              <EndpointFields path={SERVER_PATH} />
            </Panel>
          </div>
          {fault && <FaultAlert fault={fault} />}
          <Group gap="xs">
            <Button type="submit" variant="filled" loading={saving}>
              Save
            </Button>
            <Button onClick={leave}>Cancel</Button>
          </Group>
        </form>
      </FormProvider>
    </SetupContext>
  );
}

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { EndpointPath } from '../setup/draft/draft-form.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { Dialog } from '../components/dialog.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { useSetup } from '../setup/draft/use-setup.ts';
import { useAction } from '../state/client.tsx';
import { GroupField } from './group-field.tsx';
import { useServers } from './use-servers.ts';

interface SaveDialogProps {
  readonly path: EndpointPath;
  readonly draftId: string;
  readonly onEnd: () => void;
}

/** Saves one side of a set-up, with what is stored of its secrets, under a name. */
export function SaveDialog({ path, draftId, onEnd }: SaveDialogProps): ReactElement {
  const { form, session } = useSetup();
  const servers = useServers();
  const { run, running, error } = useAction('server.save', { quiet: true, refreshes: ['server.list'] });
  const address = addressOf(form.getValues(path));
  const [name, setName] = useState(address.slice(0, 100));
  const [group, setGroup] = useState('');
  const save = async (): Promise<void> => {
    await session.flush().catch(() => undefined);
    const endpoint = form.getValues(path);
    const server = { name, group, colour: 'none', production: false, endpoint } as const;
    const from = { draftId, endpointId: endpoint.id };
    if (await run({ server, secrets: {}, from })) onEnd();
  };
  return (
    <Dialog opened onClose={onEnd} title="Save this server">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // The form of the set-up is around it.
          event.stopPropagation();
          void save();
        }}
      >
        <Stack gap="sm">
          <Text size="sm">
            {address}, with its user, its TLS and the password that you entered, can then be chosen wherever a
            server is asked for. <b>Servers</b> has them all.
          </Text>
          <TextInput
            size="xs"
            label="Name"
            data-autofocus
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <GroupField servers={servers} value={group} onChange={setGroup} />
          {error && <FaultAlert fault={error} compact />}
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button onClick={onEnd}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={running}>
            Save
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

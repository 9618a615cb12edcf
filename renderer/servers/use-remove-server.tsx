import { Text } from '@mantine/core';
import { addressOf } from '../../shared/model/server-address.ts';
import type { ServerView } from '../../shared/servers/saved-server.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';

/** Asks before a saved server is forgotten. Resolves true when it is. */
export function useRemoveServer(): (server: ServerView) => Promise<boolean> {
  const { run } = useAction('server.delete', { refreshes: ['server.list'] });
  const confirm = useConfirm();
  return async ({ id, name, endpoint, production }) => {
    const sure = await confirm({
      title: `Remove “${name}” from the saved servers?`,
      body: (
        <Text size="sm">
          {addressOf(endpoint)} is forgotten here, with its password. The server itself is not touched; tasks
          and set-ups that were made with it keep what they have.
          {production && ' Its mark as production goes too: nothing asks for its name any more.'}
        </Text>
      ),
      confirm: 'Remove the saved server',
      danger: true,
    });
    return sure && (await run({ id })) !== undefined;
  };
}

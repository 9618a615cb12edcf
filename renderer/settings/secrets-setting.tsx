import { Stack, Switch, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { AppInfo } from '../../shared/contract/api.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';

/** Where there is no keychain: whether passwords may lie in a file. */
export function SecretsSetting({ info }: { readonly info: AppInfo }): ReactElement {
  const { run } = useAction('settings.change');
  const confirm = useConfirm();
  const allow = async (): Promise<void> => {
    const sure = await confirm({
      title: 'Keep passwords in a file?',
      body: (
        <Text size="sm">
          Passwords and private keys of all tasks are written to a file that only your account can read. They
          are not encrypted: whoever can act as you on this machine, as its administrator can, or gets hold of
          a backup of it, can read them.
        </Text>
      ),
      confirm: 'Keep them in a file',
    });
    if (sure) await run({ keepSecretsInFile: true });
  };
  return (
    <Stack gap="sm">
      <Text size="sm">
        This system offers no keychain in which passwords could be kept encrypted. Lockstep remembers them
        until it ends, and asks for them again when a task is started after that.
      </Text>
      <Switch
        label="Keep passwords in a file"
        description="In a file that only your account can read, not encrypted. Turning this off removes the file."
        checked={info.settings.keepSecretsInFile}
        onChange={(event) => void (event.currentTarget.checked ? allow() : run({ keepSecretsInFile: false }))}
      />
    </Stack>
  );
}

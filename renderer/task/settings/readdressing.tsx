import { Text } from '@mantine/core';
import type { TaskChanges } from '../../../shared/contract/api.ts';
import type { SecretChanges } from '../../../shared/model/profile.ts';
import { useConfirm } from '../../components/confirm.tsx';
import { StartOutlook } from '../../tasks/start-outlook.tsx';
import type { EditableTask } from './task-form.ts';

type Agrees = (changes: TaskChanges, secrets: Readonly<Record<string, SecretChanges>>) => Promise<boolean>;

/** Says of a paused task what it comes to with other servers, whether these hold the same data above all, and asks. */
export function useReaddressing({ id, name }: Pick<EditableTask, 'id' | 'name'>): Agrees {
  const confirm = useConfirm();
  return async ({ source, target }, secrets) => {
    if (!source && !target && Object.keys(secrets).length === 0) return true;
    return confirm({
      title: `Take “${name}” to other servers?`,
      body: (
        <>
          <StartOutlook id={id} changes={{ source, target }} secrets={secrets} />
          <Text size="sm" mt="md">
            The task ends at its checkpoint, begins anew with what you entered, and stays paused: nothing that
            the source writes is applied before you resume it.
          </Text>
        </>
      ),
      confirm: 'Save and begin anew',
    });
  };
}

import { Text } from '@mantine/core';
import type { TaskChanges } from '../../../shared/contract/api.ts';
import type { EndpointView, SecretChanges } from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import { useConfirm } from '../../components/confirm.tsx';
import { StartOutlook } from '../../tasks/start-outlook.tsx';
import type { EditableTask } from './task-form.ts';

type Agrees = (changes: TaskChanges, secrets: Readonly<Record<string, SecretChanges>>) => Promise<boolean>;

/** Says of a paused task what it comes to with what was entered, whether another server holds the same data above all, and asks. */
export function useReaddressing(task: Pick<EditableTask, 'id' | 'name' | 'source' | 'target'>): Agrees {
  const confirm = useConfirm();
  return async ({ source, target }, secrets) => {
    if (!source && !target && Object.keys(secrets).length === 0) return true;
    return confirm({
      title: titleOf(task, { source, target }),
      body: (
        <>
          <StartOutlook id={task.id} changes={{ source, target }} secrets={secrets} />
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

/** A user, a password or TLS may be all that is new. */
function titleOf(
  { name, source, target }: Pick<EditableTask, 'name' | 'source' | 'target'>,
  changes: Pick<TaskChanges, 'source' | 'target'>,
): string {
  const isOther = (before: EndpointView, after: EndpointView | undefined): boolean =>
    after !== undefined && addressOf(after) !== addressOf(before);
  const [otherSource, otherTarget] = [isOther(source, changes.source), isOther(target, changes.target)];
  if (otherSource && otherTarget) return `Take “${name}” to other servers?`;
  if (otherSource) return `Take “${name}” to another source?`;
  if (otherTarget) return `Take “${name}” to another target?`;
  return `Connect “${name}” anew with what you entered?`;
}

import { Button, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';
import { useJoinedName } from '../state/groups.ts';
import { navigate } from '../state/route.ts';
import { useSetup } from './draft/use-setup.ts';
import classes from './setup.module.css';
import { SavedWord } from './step/saved-word.tsx';

/** The title of the set-up, and the two ways to leave it. */
export function SetupHead({ draftId }: { readonly draftId: string }): ReactElement {
  const { session, form } = useSetup();
  const group = useJoinedName(form.getValues('joins'));
  const confirm = useConfirm();
  const deletion = useAction('draft.delete', { refreshes: ['draft.list'] });

  const leave = async (): Promise<void> => {
    try {
      await session.flush();
      navigate({ page: 'tasks' });
    } catch {
      // Shown on the page: leaving now would lose what is not stored.
    }
  };
  const discard = async (): Promise<void> => {
    const sure = await confirm({
      title: 'Delete this draft?',
      body: 'What was entered is removed, its passwords too. Tasks and servers are not touched.',
      confirm: 'Delete the draft',
      danger: true,
    });
    if (!sure) return;
    if ((await deletion.run({ id: draftId })) === undefined) return;
    session.abandon();
    navigate({ page: 'tasks' }, { replace: true });
  };

  return (
    <header className={classes.head}>
      <h1 className={classes.title}>
        {group !== undefined ? `New target of “${group}”` : 'New synchronisation'}
      </h1>
      <Group gap="xs">
        <SavedWord />
        <Button onClick={() => void leave()}>Finish later</Button>
        <Button variant="subtle" color="gray" onClick={() => void discard()}>
          Delete draft
        </Button>
      </Group>
    </header>
  );
}

import { Button, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import type { Draft } from '../../shared/model/profile.ts';
import { useConfirm } from '../components/confirm.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useAction, useRequest } from '../state/client.tsx';
import { useJoinedName } from '../state/groups.ts';
import { href } from '../state/route.ts';
import classes from './tasks-page.module.css';

const STEPS = ['Source and target', 'What to copy', 'How to run', 'Precheck', 'Start'];

/** Set-ups that somebody began and has not finished. */
export function DraftList(): ReactElement | null {
  const { data: all = [] } = useRequest('draft.list', {});
  const drafts = all.filter(({ purpose }) => purpose === 'synchronise');
  if (drafts.length === 0) return null;
  const newestFirst = [...drafts].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  return (
    <Panel title="Unfinished set-ups" flush>
      <ul className={classes.drafts}>
        {newestFirst.map((draft) => (
          <DraftLine key={draft.id} draft={draft} />
        ))}
      </ul>
    </Panel>
  );
}

function DraftLine({ draft }: { readonly draft: Draft }): ReactElement {
  const remove = useAction('draft.delete', { refreshes: ['draft.list'] });
  const confirm = useConfirm();
  const name = draft.name || 'Without a name';
  const group = useJoinedName(draft.joins);
  const askToDelete = async (): Promise<void> => {
    const sure = await confirm({
      title: `Delete the set-up “${name}”?`,
      body: <Text size="sm">What was entered in it is removed. No server is touched.</Text>,
      confirm: 'Delete the set-up',
      danger: true,
    });
    if (sure) await remove.run({ id: draft.id });
  };
  return (
    <li>
      <span className={classes.draftName}>{name}</span>
      <span className={classes.draftRoute}>{describeRoute(draft, group)}</span>
      <span className={classes.dimmed}>
        Step {draft.step + 1} of {STEPS.length}: {STEPS[draft.step]}
      </span>
      <span className={classes.dimmed}>
        changed <TimeText atMs={draft.updatedAtMs} />
      </span>
      <span className={classes.draftActions}>
        <Button
          component="a"
          size="compact-sm"
          href={href({ page: 'setup', draftId: draft.id })}
          aria-label={`Continue ${name}`}
        >
          Continue
        </Button>
        <Button
          size="compact-sm"
          loading={remove.running}
          aria-label={`Delete ${name}`}
          onClick={() => void askToDelete()}
        >
          Delete
        </Button>
      </span>
    </li>
  );
}

/** `group`: that its targets are to join. */
function describeRoute({ source, targets }: Draft, group: string | undefined): string {
  const named = targets.filter((target) => addressOf(target) !== '');
  if (addressOf(source) === '' && named.length === 0) return 'no servers yet';
  const from = addressOf(source) || 'no source yet';
  const [first] = named;
  if (!first) return group !== undefined ? `a target for the group “${group}”` : `${from} → no target yet`;
  const to = named.length === 1 ? addressOf(first) : `${named.length} targets`;
  return group !== undefined ? `${from} → ${to}, for the group “${group}”` : `${from} → ${to}`;
}

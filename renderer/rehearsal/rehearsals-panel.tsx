import { Button, Text } from '@mantine/core';
import { Timer } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Draft } from '../../shared/model/profile.ts';
import { KIND_WORDS } from '../../shared/rehearsal/step-words.ts';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import classes from '../pair/pair.module.css';
import { pairName } from '../pair/pair-name.ts';
import { useDeletePair } from '../pair/use-delete-pair.tsx';
import { useRequest } from '../state/client.tsx';
import { href } from '../state/route.ts';
import { useNewRehearsal } from './use-new-rehearsal.ts';

/** Rehearsals of two servers without a task: a new one, and those that there are. */
export function RehearsalsPanel(): ReactElement {
  const { data: drafts = [] } = useRequest('draft.list', {});
  const rehearsal = useNewRehearsal();
  const pairs = drafts
    .filter(({ purpose }) => purpose === 'rehearse')
    .toSorted((a, b) => b.updatedAtMs - a.updatedAtMs);
  return (
    <Panel
      title="Rehearse"
      flush={pairs.length > 0}
      actions={
        <Button
          leftSection={<Timer size={14} aria-hidden />}
          loading={rehearsal.running}
          onClick={() => void rehearsal.begin()}
        >
          Rehearse
        </Button>
      }
    >
      {pairs.length === 0 ? (
        <Text size="sm">
          Goes through a full copy, the loss of a source, or a planned move with a stopwatch, judges it
          against your goals, and writes a report. Nothing is done to the source.
        </Text>
      ) : (
        <ul className={classes.pairs}>
          {pairs.map((draft) => (
            <RehearsalLine key={draft.id} draft={draft} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function RehearsalLine({ draft }: { readonly draft: Draft }): ReactElement {
  const { data: runs = [] } = useRequest('rehearsal.kept', { id: draft.id });
  const { data: state } = useRequest('rehearsal.state', { id: draft.id });
  const remove = useDeletePair('rehearsal', 'report');
  const name = pairName(draft, '→');
  const [last] = runs;
  const running = state?.status === 'running' || state?.status === 'ending';
  return (
    <li>
      <span className={classes.name}>{name}</span>
      <span className={classes.last}>
        {running ? (
          'is being rehearsed now'
        ) : last ? (
          <>
            {KIND_WORDS[last.kind]}:{' '}
            <span data-tone={last.met ? 'good' : 'bad'}>goals {last.met ? 'met' : 'not met'}</span>,{' '}
            <TimeText atMs={last.atMs} />
          </>
        ) : (
          'not rehearsed yet'
        )}
      </span>
      <span className={classes.actions}>
        <Button
          component="a"
          size="compact-sm"
          href={href({ page: 'rehearsal', id: draft.id })}
          aria-label={`Open the rehearsal ${name}`}
        >
          Open
        </Button>
        <Button
          size="compact-sm"
          disabled={running}
          loading={remove.running}
          aria-label={`Delete the rehearsal ${name}`}
          onClick={() => void remove.ask(draft.id, name, runs.length)}
        >
          Delete
        </Button>
      </span>
    </li>
  );
}

import { Button, Text } from '@mantine/core';
import { GitCompareArrows } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { KeptComparison } from '../../shared/model/kept-comparison.ts';
import type { Draft } from '../../shared/model/profile.ts';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useRequest } from '../state/client.tsx';
import { href } from '../state/route.ts';
import classes from './pair.module.css';
import { pairName } from './pair-name.ts';
import { useDeletePair } from './use-delete-pair.tsx';
import { useNewPair } from './use-new-pair.ts';

/** Comparisons of two servers without a task: a new one, and those that there are. */
export function PairPanel(): ReactElement {
  const { data: drafts = [] } = useRequest('draft.list', {});
  const pair = useNewPair();
  const pairs = drafts
    .filter(({ purpose }) => purpose === 'compare')
    .toSorted((a, b) => b.updatedAtMs - a.updatedAtMs);
  return (
    <Panel
      title="Compare two servers"
      flush={pairs.length > 0}
      actions={
        <Button
          leftSection={<GitCompareArrows size={14} aria-hidden />}
          loading={pair.running}
          onClick={() => void pair.begin()}
        >
          Compare two servers
        </Button>
      }
    >
      {pairs.length === 0 ? (
        <Text size="sm">
          Shows which keys of any two servers or clusters differ, and below which prefix. It needs no task and
          only reads.
        </Text>
      ) : (
        <ul className={classes.pairs}>
          {pairs.map((draft) => (
            <PairLine key={draft.id} draft={draft} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function PairLine({ draft }: { readonly draft: Draft }): ReactElement {
  const { data: kept = [] } = useRequest('comparison.kept', { id: draft.id });
  const remove = useDeletePair('comparison', 'result');
  const name = pairName(draft);
  const [last] = kept;
  return (
    <li>
      <span className={classes.name}>{name}</span>
      <span className={classes.last}>{last ? <LastResult last={last} /> : 'not compared yet'}</span>
      <span className={classes.actions}>
        <Button
          component="a"
          size="compact-sm"
          href={href({ page: 'pair', draftId: draft.id })}
          aria-label={`Open the comparison ${name}`}
        >
          Open
        </Button>
        <Button
          size="compact-sm"
          loading={remove.running}
          aria-label={`Delete the comparison ${name}`}
          onClick={() => void remove.ask(draft.id, name, kept.length)}
        >
          Delete
        </Button>
      </span>
    </li>
  );
}

function LastResult({
  last: { level, equal, differencesTotal: total, endedAtMs },
}: {
  readonly last: KeptComparison;
}): ReactElement {
  const least = level === 'count' ? 'at least ' : '';
  const found = equal
    ? EQUAL[level]
    : `${least}${formatCount(total)} ${total === 1 ? 'difference' : 'differences'}`;
  return (
    <>
      <span data-tone={equal ? 'good' : 'bad'}>{found}</span>, <TimeText atMs={endedAtMs} />
    </>
  );
}

const EQUAL = {
  count: 'as many keys on both sides',
  names: 'the same names',
  sample: 'no difference in the sample',
  values: 'equal',
} as const;

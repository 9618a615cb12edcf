import type { ReactElement } from 'react';
import type { Draft } from '../../shared/model/profile.ts';
import { ComparisonPanel } from '../comparison/comparison-panel.tsx';
import { useRequest } from '../state/client.tsx';
import { useOpenKey } from '../values/use-open-key.tsx';
import { PairFrame } from './pair-frame.tsx';
import { pairName } from './pair-name.ts';
import { usePairForm } from './use-pair-form.ts';

/** The two servers, and their comparison. */
export function PairForm({ draft }: { readonly draft: Draft }): ReactElement {
  const { id } = draft;
  const { data: state } = useRequest('comparison.state', { id });
  const { data: kept = [] } = useRequest('comparison.kept', { id });
  const pair = usePairForm(draft, state !== undefined && state.status !== 'none');
  const { onOpenKey, opened } = useOpenKey(id, false);
  const name = pairName(pair.setup.form.watch());
  return (
    <PairFrame
      {...{ id, pair, name }}
      title="Compare two servers"
      what="comparison"
      kept={{ word: 'result', count: kept.length }}
    >
      <ComparisonPanel id={id} name={name} prepare={pair.prepare} onOpenKey={onOpenKey} />
      {opened}
    </PairFrame>
  );
}

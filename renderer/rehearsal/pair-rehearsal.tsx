import type { ReactElement } from 'react';
import type { Draft } from '../../shared/model/profile.ts';
import { noRehearsal } from '../../shared/rehearsal/rehearsal-state.ts';
import { PairFrame } from '../pair/pair-frame.tsx';
import { pairName } from '../pair/pair-name.ts';
import { usePairForm } from '../pair/use-pair-form.ts';
import { useRequest } from '../state/client.tsx';
import { PAIR_KINDS } from './kind-words.ts';
import { RehearsalBody } from './rehearsal-body.tsx';

/** A rehearsal between two servers without a task. */
export function PairRehearsal({ draft }: { readonly draft: Draft }): ReactElement {
  const { id } = draft;
  const { data: state = noRehearsal(id) } = useRequest('rehearsal.state', { id });
  const { data: runs = [] } = useRequest('rehearsal.kept', { id });
  const pair = usePairForm(draft, state.status !== 'none');
  return (
    <PairFrame
      {...{ id, pair }}
      title="Rehearse"
      name={pairName(pair.setup.form.watch(), '→')}
      what="rehearsal"
      kept={{ word: 'report', count: runs.length }}
      locked={state.status === 'running' || state.status === 'ending'}
    >
      <RehearsalBody id={id} state={state} kinds={PAIR_KINDS} prepare={pair.prepare} />
    </PairFrame>
  );
}

import { Button } from '@mantine/core';
import { GitCompareArrows, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { NoticeBox } from '../components/notice-box.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { usePlaces } from '../task/use-places.ts';
import type { Fault } from '../../shared/model/task-view.ts';
import { useAction, useRequest } from '../state/client.tsx';
import { ComparisonProgress } from './comparison-progress.tsx';
import { ComparisonResult } from './comparison-result.tsx';

/** The exhaustive comparison: every key and every value of both sides, when somebody asks for it. */
export function ComparisonPanel({ id }: { readonly id: string }): ReactElement {
  const { data: state, error } = useRequest('comparison.state', { id });
  const start = useAction('comparison.start', { refreshes: ['comparison.state'] });
  const cancel = useAction('comparison.cancel', { refreshes: ['comparison.state'] });
  const running = state?.status === 'running';
  const again = state !== undefined && state.status !== 'none';
  return (
    <Panel
      title="Comparison of every key"
      actions={
        running ? (
          <Button
            leftSection={<X size={14} aria-hidden />}
            loading={cancel.running}
            onClick={() => void cancel.run({ id })}
          >
            Cancel
          </Button>
        ) : (
          <Button
            leftSection={<GitCompareArrows size={14} aria-hidden />}
            disabled={state === undefined}
            loading={start.running}
            onClick={() => void start.run({ id })}
          >
            {again ? 'Compare again' : 'Compare now'}
          </Button>
        )
      }
    >
      {error && <FaultAlert fault={error} compact />}
      {state && <Shown id={id} state={state} />}
    </Panel>
  );
}

function Shown({ id, state }: { readonly id: string; readonly state: ComparisonState }): ReactElement | null {
  switch (state.status) {
    case 'none':
      return (
        <p>
          Compares every key on both sides, its type, value and expiry. For that it reads all of them, on the
          source and on the target, page by page: both servers have more to do while it lasts, and the task
          goes on. Keys that change meanwhile are read again before they count as different.
        </p>
      );
    case 'running':
      return <ComparisonProgress id={id} progress={state.progress} startedAtMs={state.startedAtMs} />;
    case 'done':
      return state.report && <ComparisonResult id={id} state={state} report={state.report} />;
    case 'failed':
      return state.fault && <Failed id={id} fault={state.fault} />;
    case 'cancelled':
      return (
        <NoticeBox tone="calm" title="The comparison was cancelled">
          <p>
            {state.endedAtMs !== null && (
              <>
                It ended at <TimeText atMs={state.endedAtMs} as="clock" />.{' '}
              </>
            )}
            {state.progress && state.progress.differences > 0
              ? `${state.progress.differences} differences had been found by then; the keys that were not reached are unknown.`
              : 'No difference had been found by then; the keys that were not reached are unknown.'}
          </p>
        </NoticeBox>
      );
  }
}

function Failed({ id, fault }: { readonly id: string; readonly fault: Fault }): ReactElement {
  const places = usePlaces(id);
  return <FaultAlert fault={fault} {...(places && { places })} />;
}

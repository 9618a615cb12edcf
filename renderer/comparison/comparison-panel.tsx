import { Button } from '@mantine/core';
import { GitCompareArrows, Pause, Play, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { ComparisonState } from '../../shared/contract/api.ts';
import type { Difference } from '../../shared/model/comparison.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { NoticeBox } from '../components/notice-box.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { usePlaces } from '../task/use-places.ts';
import type { Fault } from '../../shared/model/task-view.ts';
import { useAction, useRequest } from '../state/client.tsx';
import { choiceForm, choiceOf, SIZE_PROBLEM, type ChoiceForm } from './choice-form.ts';
import classes from './comparison.module.css';
import type { SelectedKeysOf } from './differences.tsx';
import { LevelChoice } from './level-choice.tsx';
import { RunningComparison } from './running-comparison.tsx';
import { ShownComparison } from './shown-comparison.tsx';

export interface ComparisonPanelProps {
  /** A task, or a set-up that has the two servers. */
  readonly id: string;
  /** For files that are saved. */
  readonly name: string;
  /** The task spares the primaries of its source, and a comparison does not. */
  readonly primariesSpared?: boolean;
  /** Before it begins; false leaves it. */
  readonly prepare?: () => Promise<boolean>;
  /** Shows both values of a key; left out where they cannot be shown. */
  readonly onOpenKey?: (difference: Difference) => void;
  /** What can be done about keys of the list that are ticked; left out where nothing can. */
  readonly selectedKeys?: SelectedKeysOf;
}

/** The comparison of two sides, when somebody asks for it: how closely, how far it is, and what it found. */
export function ComparisonPanel({
  id,
  name,
  primariesSpared = false,
  prepare,
  onOpenKey,
  selectedKeys,
}: ComparisonPanelProps): ReactElement {
  const { data: state, error } = useRequest('comparison.state', { id });
  const start = useAction('comparison.start', { refreshes: ['comparison.state'] });
  const cancel = useAction('comparison.cancel', { refreshes: ['comparison.state'] });
  const pause = useAction('comparison.pause', { refreshes: ['comparison.state'] });
  const [form, setForm] = useState<ChoiceForm>();
  const running = state?.status === 'running';
  const paused = state?.paused === true;
  // Counts are there at once.
  const pausable = state?.choice?.level !== 'count';
  const shownForm = form ?? choiceForm(state?.choice ?? null);

  const begin = async (): Promise<void> => {
    const choice = choiceOf(shownForm);
    if (!choice) return setForm({ ...shownForm, problem: SIZE_PROBLEM[shownForm.unit] });
    if (prepare && !(await prepare())) return;
    await start.run({ id, choice });
  };
  return (
    <Panel
      title="Comparison"
      actions={
        running ? (
          <div className={classes.tools}>
            {pausable && (
              <Button
                leftSection={paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
                loading={pause.running}
                onClick={() => void pause.run({ id, paused: !paused })}
              >
                {paused ? 'Go on' : 'Pause'}
              </Button>
            )}
            <Button
              leftSection={<X size={14} aria-hidden />}
              loading={cancel.running}
              onClick={() => void cancel.run({ id })}
            >
              Cancel
            </Button>
          </div>
        ) : (
          <Button
            variant={state?.status === 'none' ? 'filled' : 'default'}
            leftSection={<GitCompareArrows size={14} aria-hidden />}
            disabled={state === undefined}
            loading={start.running}
            onClick={() => void begin()}
          >
            {state !== undefined && state.status !== 'none' ? 'Compare again' : 'Compare now'}
          </Button>
        )
      }
    >
      {error && <FaultAlert fault={error} compact />}
      {state && !running && (
        <LevelChoice form={shownForm} onChange={(next) => setForm({ ...next, problem: undefined })} />
      )}
      {primariesSpared && !running && (
        <p>
          It reads the primaries of the source, though the task reads their replicas: a replica may be behind,
          and what it lacks would be told of the source.
        </p>
      )}
      {state && <Shown {...{ id, name, state, onOpenKey, selectedKeys }} />}
    </Panel>
  );
}

function Shown({
  id,
  name,
  state,
  onOpenKey,
  selectedKeys,
}: {
  readonly id: string;
  readonly name: string;
  readonly state: ComparisonState;
  readonly onOpenKey: ComparisonPanelProps['onOpenKey'];
  readonly selectedKeys: ComparisonPanelProps['selectedKeys'];
}): ReactElement | null {
  switch (state.status) {
    case 'none':
      return (
        <p>
          It only reads, page by page; both servers have more to do while it lasts, and what goes on between
          them goes on. Keys that change meanwhile are read again before they count as different.
        </p>
      );
    case 'running':
      return <RunningComparison id={id} state={state} />;
    case 'done':
      return <ShownComparison {...{ id, name, onOpenKey, selectedKeys }} newest={state} />;
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

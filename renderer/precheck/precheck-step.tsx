import { Tabs } from '@mantine/core';
import type { ReactElement } from 'react';
import type { PrecheckState } from '../../shared/contract/api.ts';
import { PrecheckPanel } from './precheck-panel.tsx';
import { checkRows, countRows, describeCounts } from './precheck-view.ts';
import classes from './precheck.module.css';
import { usePrecheckQueue } from './use-precheck-queue.ts';
import { usePrecheckActions, usePrecheckStates, type PrecheckGate } from './use-prechecks.ts';

export interface PrecheckStepProps {
  readonly draftId: string;
  /** The targets, with the words that name them. */
  readonly targets: readonly { readonly id: string; readonly address: string }[];
  readonly gate: PrecheckGate;
}

/** The precheck of a set-up. It runs by itself for every target that has not passed it yet. */
export function PrecheckStep({ draftId, targets, gate }: PrecheckStepProps): ReactElement {
  const actions = usePrecheckActions(draftId);
  const targetIds = targets.map(({ id }) => id);
  const states = usePrecheckStates(draftId, targetIds);
  usePrecheckQueue(draftId, targetIds, states, gate.loaded, actions);

  const [first] = targets;
  if (targets.length === 1 && first) {
    return <PrecheckPanel targetId={first.id} state={states[0] ?? null} actions={actions} />;
  }
  return (
    <Tabs
      defaultValue={first?.id ?? null}
      variant="pills"
      keepMounted={false}
      classNames={{
        list: classes.tabs ?? '',
        tab: classes.tabButton ?? '',
        tabLabel: classes.tabLabel ?? '',
      }}
    >
      <Tabs.List aria-label="Targets">
        {targets.map(({ id, address }, index) => (
          <Tabs.Tab key={id} value={id}>
            <span className={classes.tab} data-tone={toneOf(states[index] ?? null)}>
              <b>
                {index + 1}. {address}
              </b>
              <span>{describeState(states[index] ?? null)}</span>
            </span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {targets.map(({ id }, index) => (
        <Tabs.Panel key={id} value={id} pt="sm">
          <PrecheckPanel targetId={id} state={states[index] ?? null} actions={actions} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function describeState(state: PrecheckState | null): string {
  if (state === null) return 'Waiting';
  if (state.fault) return 'Broke off';
  const counts = countRows(checkRows(state));
  if (state.running) return `Checked ${counts.done} of ${counts.total}`;
  return state.passed
    ? 'Passed'
    : describeCounts({ ...counts, passed: 0, notices: 0, skipped: 0 }) || 'Waiting';
}

function toneOf(state: PrecheckState | null): string {
  if (state === null || state.running) return 'calm';
  if (state.passed) return 'good';
  return countRows(checkRows(state)).failures > 0 || state.fault ? 'bad' : 'warn';
}

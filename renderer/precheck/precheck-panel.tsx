import { Button, SegmentedControl } from '@mantine/core';
import { RotateCw } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import type { PrecheckState } from '../../shared/contract/api.ts';
import type { Places } from '../../shared/errors/place-words.ts';
import type { Draft } from '../../shared/model/profile.ts';
import { cliPlaceOf } from '../setup/connection/cli-place.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { CheckItem } from './check-item.tsx';
import {
  checkRows,
  countRows,
  groupRows,
  isProblem,
  rememberResults,
  type Results,
} from './precheck-view.ts';
import classes from './precheck.module.css';
import { RunState } from './run-state.tsx';
import type { PrecheckActions } from './use-prechecks.ts';
import { useRowView } from './use-row-view.ts';

/** All checks of one target. Every row is there from the beginning. */
export function PrecheckPanel({
  targetId,
  state,
  actions,
}: {
  readonly targetId: string;
  readonly state: PrecheckState | null;
  readonly actions: PrecheckActions;
}): ReactElement {
  const remembered = useRemembered(state);
  const places = useDraftPlaces(targetId);
  const [filter, setFilter] = useState<'all' | 'problems'>('all');

  const rows = checkRows(state, remembered);
  const running = state?.running === true;
  const view = useRowView(rows, state !== null && !running && state.results.length > 0);
  const problems = rows.filter(isProblem).length;
  const groups = groupRows(filter === 'all' ? rows : rows.filter(isProblem), view.settled);

  return (
    <div className={classes.panel}>
      <div className={classes.top}>
        <RunState
          counts={countRows(rows)}
          running={running}
          known={state !== null}
          brokeOff={state?.fault != null}
        />
        <SegmentedControl
          size="xs"
          aria-label="Which checks are shown"
          value={filter}
          onChange={(value) => setFilter(value === 'problems' ? 'problems' : 'all')}
          data={[
            { value: 'all', label: `All (${rows.length})` },
            { value: 'problems', label: `Problems (${problems})` },
          ]}
        />
        <Button
          leftSection={<RotateCw size={14} aria-hidden />}
          disabled={running}
          onClick={() => void actions.run(targetId)}
        >
          Run all again
        </Button>
      </div>
      {state?.fault && <FaultAlert fault={state.fault} places={places} />}
      {actions.fault && <FaultAlert fault={actions.fault} places={places} />}
      {filter === 'problems' && problems === 0 && (
        <p className={classes.none}>{running ? 'No problems so far.' : 'There are no problems.'}</p>
      )}
      {groups
        .filter((group) => group.rows.length > 0)
        .map(({ group, title, rows: own }) => (
          <section key={group} className={classes.group} aria-label={title}>
            <h3>{title}</h3>
            <ul>
              {own.map((row) => (
                <CheckItem
                  key={row.id}
                  row={row}
                  open={view.isOpen(row.id)}
                  busy={running}
                  onToggle={() => view.toggle(row.id)}
                  onRun={() => void actions.run(targetId, [row.id])}
                  onIgnore={(ignored) => void actions.ignore(targetId, row.id, ignored)}
                />
              ))}
            </ul>
          </section>
        ))}
    </div>
  );
}

/** Where the servers of the draft are, for the commands of a remedy. */
function useDraftPlaces(targetId: string): Places {
  const [source, targets] = useWatch<Draft, ['source', 'targets']>({ name: ['source', 'targets'] });
  const target = targets.find(({ id }) => id === targetId);
  return { source: cliPlaceOf(source), target: target && cliPlaceOf(target) };
}

/** The newest result of each check that the page has seen. */
function useRemembered(state: PrecheckState | null): Results {
  const [seen, setSeen] = useState<PrecheckState | null>(null);
  const [remembered, setRemembered] = useState<Results>({});
  if (state !== null && state !== seen) {
    setSeen(state);
    setRemembered(rememberResults(remembered, state));
  }
  return remembered;
}

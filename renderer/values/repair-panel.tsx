import { Button } from '@mantine/core';
import { Copy, RefreshCw, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatKeys } from '../../shared/format/numbers.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useRequest } from '../state/client.tsx';
import { useTaskPart } from '../task/use-task-part.ts';
import { kindWords, outcomeWords, repairWords } from './repair-words.ts';
import { useRepair } from './use-repair.ts';
import classes from './values.module.css';

const pickState = ({ state }: TaskView) => state;

/** What can be done about the keys that the last comparison lists, and what has come of it. Nothing where none differ. */
export function RepairPanel({ id }: { readonly id: string }): ReactElement | null {
  const { data: comparison } = useRequest('comparison.state', { id });
  const { data: repair } = useRequest('task.repairState', { id });
  const { copy, remove, recheck, busy } = useRepair(id);
  const state = useTaskPart(id, pickState);
  const report = comparison?.status === 'done' ? comparison.report : null;
  const keys = (report?.differences ?? []).filter(({ db }) => db !== null);
  const extra = keys.filter(({ kind }) => kind === 'missing-on-source').length;
  const others = keys.length - extra;
  const told = repair && repair.status !== 'none' ? repair : undefined;
  if (keys.length === 0 && !told) return null;
  const runs = state === 'running';
  return (
    <Panel title="Bring keys to what the source has">
      <p className={classes.said}>
        {runs
          ? 'While the task runs, keys that the last comparison lists can be copied again from the source, or removed from the target where the source lacks them, without a new full copy.'
          : state === 'paused'
            ? 'The task is paused, and nothing is written to the target: resume it to copy keys again.'
            : 'The task does not run, and nobody knows what the source writes meanwhile: start it to copy keys again.'}
      </p>
      {keys.length > 0 && (
        <div className={classes.tools}>
          {others > 0 && (
            <Button
              leftSection={<Copy size={14} aria-hidden />}
              disabled={!runs}
              loading={busy}
              onClick={() => void copy(undefined, others)}
            >
              Copy {formatKeys(others)} again
            </Button>
          )}
          {extra > 0 && (
            <Button
              leftSection={<Trash2 size={14} aria-hidden />}
              disabled={!runs}
              loading={busy}
              onClick={() => void remove(undefined, extra)}
            >
              Remove {formatKeys(extra)} from the target
            </Button>
          )}
          <Button
            leftSection={<RefreshCw size={14} aria-hidden />}
            loading={recheck.running}
            onClick={() => void recheck.ask()}
          >
            Check {formatKeys(keys.length)} again
          </Button>
        </div>
      )}
      {comparison?.recheckedAtMs !== undefined && (
        <p className={classes.said}>
          Keys of the list were compared again <TimeText atMs={comparison.recheckedAtMs} />; all others as the
          comparison found them.
        </p>
      )}
      {told && (
        <div role="status">
          <p>
            {told.kind && kindWords(told.kind)}, asked for{' '}
            {told.startedAtMs !== null && <TimeText atMs={told.startedAtMs} />}: {repairWords(told)}
          </p>
          {told.keys.some(({ outcome }) => outcome !== 'copied' && outcome !== 'removed') && (
            <details>
              <summary>Keys that were left</summary>
              <ul>
                {told.keys
                  .filter(({ outcome }) => outcome !== 'copied' && outcome !== 'removed')
                  .map(({ db, key, outcome }) => (
                    <li key={`${db} ${key}`}>
                      <span className={classes.name}>{atob(key)}</span>, database {db}:{' '}
                      {outcomeWords(outcome)}
                    </li>
                  ))}
              </ul>
            </details>
          )}
        </div>
      )}
    </Panel>
  );
}

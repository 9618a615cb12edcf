import { Button } from '@mantine/core';
import { Copy, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { namedKeyOf } from '../../shared/format/named-key.ts';
import { formatCount, formatKeys } from '../../shared/format/numbers.ts';
import type { Difference } from '../../shared/model/comparison.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useTaskPart } from '../task/use-task-part.ts';
import { useRepair } from './use-repair.ts';
import classes from './values.module.css';

const pickState = ({ state }: TaskView) => state;

/** What can be done about the keys of the list that are ticked, while the task runs. Nothing while none is. */
export function SelectedKeys({
  id,
  picked,
}: {
  readonly id: string;
  readonly picked: readonly Difference[];
}): ReactElement | null {
  const { copy, remove, busy } = useRepair(id);
  const runs = useTaskPart(id, pickState) === 'running';
  const named = (extra: boolean) =>
    picked
      .filter(({ kind }) => (kind === 'missing-on-source') === extra)
      .flatMap((difference) => namedKeyOf(difference) ?? []);
  const [others, extra] = [named(false), named(true)];
  if (picked.length === 0) return null;
  return (
    <div className={classes.tools} role="group" aria-label="Selected keys">
      <span role="status">{formatKeys(picked.length)} selected</span>
      {others.length > 0 && (
        <Button
          leftSection={<Copy size={14} aria-hidden />}
          disabled={!runs}
          loading={busy}
          onClick={() => void copy(others, others.length)}
        >
          {others.length === 1 ? 'Copy this key again' : `Copy these ${formatKeys(others.length)} again`}
        </Button>
      )}
      {extra.length > 0 && (
        <Button
          leftSection={<Trash2 size={14} aria-hidden />}
          disabled={!runs}
          loading={busy}
          onClick={() => void remove(extra, extra.length)}
        >
          {extra.length === 1
            ? 'Remove this key from the target'
            : `Remove these ${formatCount(extra.length)} from the target`}
        </Button>
      )}
      {!runs && <span className={classes.said}>The task does not run: start it to bring keys.</span>}
    </div>
  );
}

import { useState } from 'react';
import type { CheckId } from '../../shared/model/precheck.ts';
import { isOpenProblem, type CheckRow } from './precheck-view.ts';

export interface RowView {
  /** The rows of the last run that ended, as they are to be sorted by; null before the first one. */
  readonly settled: readonly CheckRow[] | null;
  readonly isOpen: (id: CheckId) => boolean;
  readonly toggle: (id: CheckId) => void;
}

/**
 * Which rows are unfolded, and in which order they stand. Both change by themselves at one moment only, the end of a run,
 * so that nothing moves under the pointer while results come in.
 */
export function useRowView(rows: readonly CheckRow[], ended: boolean): RowView {
  const [settled, setSettled] = useState<readonly CheckRow[] | null>(null);
  const [open, setOpen] = useState<ReadonlySet<CheckId>>(new Set());

  const [wasEnded, setWasEnded] = useState(false);

  const settle = (): void => {
    const problems = rows.filter(isOpenProblem).map(({ id }) => id);
    const known = settled?.filter(isOpenProblem).map(({ id }) => id) ?? [];
    const mended = known.filter((id) => rows.some((row) => row.id === id && row.status === 'pass'));
    // What somebody has folded up stays so.
    const found = problems.filter((id) => !known.includes(id));
    setOpen(new Set([...[...open].filter((id) => !mended.includes(id)), ...found]));
    setSettled(rows);
  };
  if (ended !== wasEnded) {
    setWasEnded(ended);
    if (ended) settle();
  }

  return {
    settled,
    isOpen: (id) => open.has(id),
    toggle: (id) =>
      setOpen((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
  };
}

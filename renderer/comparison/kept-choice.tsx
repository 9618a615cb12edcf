import { Select } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { formatClock } from '../../shared/format/times.ts';
import type { KeptComparison } from '../../shared/model/kept-comparison.ts';
import { useNow } from '../state/now.ts';
import { canBeCompared } from './changes.ts';
import classes from './comparison.module.css';

const STEP_MS = 60_000;

interface KeptChoiceProps {
  /** Newest first. */
  readonly kept: readonly KeptComparison[];
  /** The one that is shown, by its begin. */
  readonly shown: number;
  readonly onShow: (startedAtMs: number) => void;
  /** The one that it is compared with. */
  readonly with: number | null;
  readonly onWith: (startedAtMs: number | null) => void;
}

/** Earlier results, and which of them the shown one is compared with. Nothing where there is one alone. */
export function KeptChoice({
  kept,
  shown,
  onShow,
  with: other,
  onWith,
}: KeptChoiceProps): ReactElement | null {
  const nowMs = useNow(STEP_MS);
  const current = kept.find(({ startedAtMs }) => startedAtMs === shown);
  if (!current || kept.length < 2) return null;
  const option = (one: KeptComparison): { value: string; label: string } => ({
    value: String(one.startedAtMs),
    label: describe(one, nowMs),
  });
  const others = kept.filter((one) => one.startedAtMs < shown && canBeCompared(one, current));
  return (
    <div className={classes.kept}>
      <Select
        size="xs"
        label="Result"
        data={kept.map(option)}
        value={String(shown)}
        allowDeselect={false}
        onChange={(value) => value !== null && onShow(Number(value))}
      />
      {others.length > 0 && (
        <Select
          size="xs"
          label="What has changed since"
          placeholder="choose an earlier result"
          clearable
          clearButtonProps={{ 'aria-label': 'No earlier result' }}
          data={others.map(option)}
          value={other === null ? null : String(other)}
          onChange={(value) => onWith(value === null ? null : Number(value))}
        />
      )}
    </div>
  );
}

const LEVEL = { count: 'count', names: 'names', values: 'values', sample: 'sample' } as const;

const describe = (
  { endedAtMs, level, differencesTotal: total, equal }: KeptComparison,
  nowMs: number,
): string =>
  `${formatClock(endedAtMs, nowMs)}, ${LEVEL[level]}: ${equal ? 'equal' : `${level === 'count' ? 'at least ' : ''}${formatCount(total)} ${total === 1 ? 'difference' : 'differences'}`}`;

import { Button } from '@mantine/core';
import { ChevronDown, ChevronRight, RotateCw } from 'lucide-react';
import { useId, type ReactElement } from 'react';
import { TimeText } from '../components/time-text.tsx';
import { sentence } from '../components/sentence.ts';
import { checkLook } from './check-looks.ts';
import { MendList } from './mend-list.tsx';
import classes from './precheck.module.css';
import type { CheckRow } from './precheck-view.ts';

export interface CheckItemProps {
  readonly row: CheckRow;
  readonly open: boolean;
  /** Another run has to end before this check can be run. */
  readonly busy: boolean;
  readonly onToggle: () => void;
  readonly onRun: () => void;
  readonly onIgnore: (ignored: boolean) => void;
}

/** One check: a line of the same height whatever became of it, and under it what to know and to do. */
export function CheckItem({ row, open, busy, onToggle, onRun, onIgnore }: CheckItemProps): ReactElement {
  const { word, tone, icon: Icon } = checkLook(row);
  const detailsId = useId();
  const Chevron = open ? ChevronDown : ChevronRight;
  const found = row.result ? sentence(row.result.found) : '';
  const waiting = row.status === 'pending' || row.status === 'checking';
  return (
    <li className={classes.item} data-check={row.id} data-status={row.status}>
      <button
        type="button"
        className={classes.line}
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={onToggle}
      >
        <Chevron size={14} aria-hidden className={classes.chevron} />
        <span className={classes.status} data-tone={tone}>
          <Icon size={15} aria-hidden className={row.status === 'checking' ? classes.turning : undefined} />
          {word}
        </span>
        <span className={classes.words}>
          <span className={classes.title}>{row.title}</span>
          <span className={classes.found} data-earlier={waiting || undefined} data-open={open || undefined}>
            {found}
          </span>
        </span>
      </button>
      <div id={detailsId} className={classes.details} hidden={!open}>
        <p>
          <b>Why it matters:</b> {row.why}
        </p>
        {row.result && row.result.mends.length > 0 && <MendList mends={row.result.mends} />}
        <div className={classes.actions}>
          <Button
            size="compact-xs"
            leftSection={<RotateCw size={13} aria-hidden />}
            aria-label={`Run again: ${row.title}`}
            disabled={busy}
            onClick={onRun}
          >
            Run again
          </Button>
          {row.status === 'warning' && <Ignoring row={row} onIgnore={onIgnore} />}
        </div>
      </div>
    </li>
  );
}

/** The same button in both states, so that the focus stays where it is. */
const Ignoring = ({
  row,
  onIgnore,
}: {
  readonly row: CheckRow;
  readonly onIgnore: (ignored: boolean) => void;
}): ReactElement => {
  const ignored = row.ignoredAtMs !== null;
  return (
    <>
      <Button
        size="compact-xs"
        aria-label={`${ignored ? 'Undo ignoring' : 'Ignore this warning'}: ${row.title}`}
        onClick={() => onIgnore(!ignored)}
      >
        {ignored ? 'Undo' : 'Ignore this warning'}
      </Button>
      <span className={classes.ignored} role="status">
        {row.ignoredAtMs !== null && (
          <>
            Ignored by you at <TimeText atMs={row.ignoredAtMs} as="clock" />
          </>
        )}
      </span>
    </>
  );
};

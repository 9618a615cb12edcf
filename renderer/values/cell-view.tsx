import { useState, type ReactElement } from 'react';
import { formatDuration } from '../../shared/format/numbers.ts';
import type { KeyCell, KeyRowKind } from '../../shared/model/key-reading.ts';
import { cellText } from './cell-text.ts';
import classes from './values.module.css';

/** What one side has of an element. */
export function CellView({
  cell,
  kind,
}: {
  readonly cell: KeyCell | null;
  readonly kind: KeyRowKind;
}): ReactElement {
  const [unfolded, setUnfolded] = useState(false);
  if (!cell) return <span className={classes.absent}>not there</span>;
  if (kind === 'member') return <span className={classes.absent}>there</span>;
  const shown = cellText(cell);
  return (
    <>
      {cell.size === 0 ? (
        <span className={classes.absent}>empty</span>
      ) : (
        <pre className={classes.bytes}>{unfolded ? shown.unfolded : shown.text}</pre>
      )}
      <span className={classes.about}>
        {shown.kind === 'hex' && 'bytes, in hexadecimal '}
        {shown.cut}
        {cell.ttlMs !== undefined && ` expires in ${formatDuration(cell.ttlMs)}`}
      </span>
      {shown.kind === 'json' && (
        <button
          type="button"
          className={classes.fold}
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {unfolded ? 'Fold JSON' : 'Unfold JSON'}
        </button>
      )}
    </>
  );
}

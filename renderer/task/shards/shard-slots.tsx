import type { ReactElement } from 'react';
import { formatCount } from '../../../shared/format/numbers.ts';
import { countOfSlots, describeSlotRanges, slotRanges } from '../../../shared/model/slot-ranges.ts';
import classes from './shards.module.css';

/** More of them are shown on demand. */
const SHOWN_RANGES = 2;

/** How many slots a shard has, and which. */
export function ShardSlots({ slots }: { readonly slots: string }): ReactElement {
  const ranges = slotRanges(slots);
  const count = formatCount(countOfSlots(ranges));
  if (ranges.length === 0) return <>none</>;
  const all = describeSlotRanges(ranges);
  if (ranges.length <= SHOWN_RANGES)
    return (
      <>
        {count} <span className={classes.beside}>{all}</span>
      </>
    );
  return (
    <details className={classes.ranges}>
      <summary title={all.length > 400 ? `${all.slice(0, 400)} …` : all}>
        {count} <span className={classes.beside}>in {formatCount(ranges.length)} ranges</span>
      </summary>
      <p>{all}</p>
    </details>
  );
}

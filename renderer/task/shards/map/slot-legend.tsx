import type { ReactElement } from 'react';
import { formatCount } from '../../../../shared/format/numbers.ts';
import {
  countOfSlots,
  describeSlotRanges,
  slotRanges,
  type SlotRange,
} from '../../../../shared/model/slot-ranges.ts';
import { shardTint } from './shard-tint.ts';
import type { SlotMapProps } from './slot-map.tsx';
import classes from './slot-map.module.css';

/** Of more, the first are named. */
const SHOWN_RANGES = 6;

/** Which colour is whose, and the same as the map in words. */
export const SlotLegend = ({ cells, shards, marks, words }: SlotMapProps): ReactElement => (
  <div className={classes.legend} tabIndex={0} role="group" aria-label={words.legend}>
    <ul>
      {shards.map(({ part, name, at, slots }) => (
        <li key={part}>
          <span className={`${classes.swatch} ${classes.tint}`} style={shardTint(part)} aria-hidden />
          <span>
            <b>{name}</b> <span className={classes.at}>{at}</span>
            <SlotWords ranges={slotRanges(slots)} />
          </span>
        </li>
      ))}
      {cells.unbrought.length > 0 && (
        <li>
          <span className={`${classes.swatch} ${classes.none}`} aria-hidden />
          <span>
            <b>{words.nobody}</b>
            <SlotWords ranges={cells.unbrought} />
          </span>
        </li>
      )}
      {marks.map(({ kind, name, detail, ranges }, index) => (
        <li key={`mark ${index}`}>
          <span className={`${classes.swatch} ${classes[kind]}`} aria-hidden />
          <span>
            <b>{name}</b> <span className={classes.detail}>{detail}</span>
            <SlotWords ranges={ranges} />
          </span>
        </li>
      ))}
    </ul>
  </div>
);

function SlotWords({ ranges }: { readonly ranges: readonly SlotRange[] }): ReactElement {
  const count = countOfSlots(ranges);
  const named = describeSlotRanges(ranges.slice(0, SHOWN_RANGES));
  const more = ranges.length - SHOWN_RANGES;
  return (
    <span className={classes.slots}>
      {formatCount(count)} {count === 1 ? 'slot' : 'slots'}
      {named !== '' && `: ${named}`}
      {more > 0 && `, and ${formatCount(more)} more ${more === 1 ? 'range' : 'ranges'}`}
    </span>
  );
}

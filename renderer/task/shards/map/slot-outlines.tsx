import { memo, useId, type ReactElement, type ReactNode } from 'react';
import { shardTint } from './shard-tint.ts';
import { outlineOfRanges, SIDE, type MappedShard, type SlotCells } from './slot-cells.ts';
import type { SlotMark } from './slot-marks.ts';
import classes from './slot-map.module.css';

interface OutlinesProps {
  readonly cells: SlotCells;
  readonly shards: readonly MappedShard[];
  readonly marks: readonly SlotMark[];
}

/** What the map is drawn of; `children` are drawn over it. */
export const SlotOutlines = ({
  children,
  ...drawn
}: OutlinesProps & { readonly children: ReactNode }): ReactElement => (
  <svg viewBox={`0 0 ${SIDE} ${SIDE}`} className={classes.cells} aria-hidden>
    <Outlines {...drawn} />
    {children}
  </svg>
);

/** Half a megabyte of outlines at the worst, which the pointer must not draw anew. */
const Outlines = memo(function DrawnOutlines({ cells, shards, marks }: OutlinesProps): ReactElement {
  const hatch = useId();
  return (
    <>
      <pattern id={hatch} width={1} height={1} patternUnits="userSpaceOnUse">
        <path d="M0 1L1 0" className={classes.hatch} />
      </pattern>
      {cells.unbrought.length > 0 && <path d={cells.outlineOf(undefined)} fill={`url(#${hatch})`} />}
      {shards.map((shard) => (
        <path
          key={shard.part}
          data-shard={shard.part}
          className={classes.tint}
          style={shardTint(shard.part)}
          d={cells.outlineOf(shard)}
        />
      ))}
      {marks.map(({ kind, ranges }, index) => (
        <path key={index} data-mark={kind} className={classes[kind]} d={outlineOfRanges(ranges)} />
      ))}
    </>
  );
});

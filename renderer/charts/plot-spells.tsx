import type { ReactElement } from 'react';
import { isMarked } from '../activity/strip-places.ts';
import classes from './plot-spells.module.css';
import { useLiveRows } from './live-rows.ts';
import { xOf, type Scale } from './moments.ts';
import { useScale } from './plot-lines.tsx';

/** Half the width of the mark at the top of a chart, and the least width of a band. */
const MARK_PX = 4;
const LEAST_PX = 2;

/** What happened meanwhile, behind the lines: bands for what lasted, and a mark above each. */
export function PlotSpells(axes: Pick<Scale, 'spanMs' | 'bottom' | 'top'>): ReactElement | null {
  const { spells } = useLiveRows();
  const scale = useScale(axes);
  if (!scale) return null;
  const { area, endMs, spanMs } = scale;
  const fromMs = endMs - spanMs;
  return (
    <g aria-hidden="true" className={classes.spells}>
      {spells
        .filter((spell) => isMarked(spell) && spell.toMs >= fromMs && spell.fromMs <= endMs)
        .map((spell) => {
          const x = xOf(scale, Math.max(fromMs, spell.fromMs));
          const width = Math.max(LEAST_PX, xOf(scale, Math.min(endMs, spell.toMs)) - x);
          return (
            <g key={spell.key} data-spell={spell.kind}>
              <rect x={x} y={area.y} width={width} height={area.height} />
              {spell.fromMs >= fromMs && (
                <path d={`M${x - MARK_PX},${area.y}h${2 * MARK_PX}l${-MARK_PX},${1.5 * MARK_PX}z`} />
              )}
            </g>
          );
        })}
    </g>
  );
}

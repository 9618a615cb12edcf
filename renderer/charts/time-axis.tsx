import { useMemo, type ReactElement } from 'react';
import { usePlotArea } from 'recharts';
import { formatClock, formatDay } from '../../shared/format/times.ts';
import { useLiveRows } from './live-rows.ts';
import { xOf } from './moments.ts';
import { showsDays, timeTicks } from './ticks.ts';
import { useSameNumbers } from './use-same-numbers.ts';

const LABEL_WIDTH = 40;
const TICK_LENGTH = 6;
const BASELINE = 17;

/** The clock below a chart. Its labels go along with the lines. */
export function TimeAxis({
  spanMs: span,
  margin,
}: {
  readonly spanMs: number;
  readonly margin: number;
}): ReactElement | null {
  const area = usePlotArea();
  const { endMs } = useLiveRows();
  const moments = useSameNumbers(timeTicks(endMs - span, endMs));
  const days = showsDays(span);
  const labels = useMemo(
    () => moments.map((atMs) => ({ atMs, text: days ? formatDay(atMs) : formatClock(atMs, atMs) })),
    [moments, days],
  );
  if (!area) return null;
  const bottom = area.y + area.height;
  // As many as there is room for, the latest one among them.
  const every = Math.max(1, Math.ceil((labels.length * LABEL_WIDTH) / area.width));
  return (
    <g fontSize={11} fill="var(--chart-text)" textAnchor="middle">
      {labels
        .filter((_, index) => (labels.length - 1 - index) % every === 0)
        .map(({ atMs, text }) => {
          const x = xOf({ area, endMs, spanMs: span, bottom: 0, top: 1 }, atMs);
          const lastX = area.x + area.width + margin - LABEL_WIDTH / 2 + 2;
          return (
            <g key={atMs}>
              <line x1={x} x2={x} y1={bottom} y2={bottom + TICK_LENGTH} stroke="var(--chart-grid)" />
              <text x={Math.min(x, lastX)} y={bottom + BASELINE}>
                {text}
              </text>
            </g>
          );
        })}
    </g>
  );
}

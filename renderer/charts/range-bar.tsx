import { Button, SegmentedControl } from '@mantine/core';
import { Pause, Play } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { HistoryWindow } from '../../shared/model/history.ts';
import classes from './charts.module.css';
import { sameWindow, WINDOWS } from './windows.ts';

/** A window that can be chosen, or all of the time that there was. */
export type Choice = HistoryWindow | 'whole';

interface RangeBarProps {
  readonly title: string;
  readonly window: Choice;
  readonly onWindow: (window: Choice) => void;
  /** Whether all of the time can be chosen. */
  readonly whole?: boolean;
  readonly held: boolean;
  readonly onHold: (held: boolean) => void;
  readonly children?: ReactNode;
}

/** Which time the charts below show, and whether they go on. */
export function RangeBar({
  title,
  window,
  onWindow,
  whole = false,
  held,
  onHold,
  children,
}: RangeBarProps): ReactElement {
  return (
    <div className={classes.bar}>
      <h2 className={classes.heading}>{title}</h2>
      <div className={classes.controls}>
        {children}
        <SegmentedControl
          size="xs"
          data={[...WINDOWS.map(({ label }) => label), ...(whole ? [WHOLE] : [])]}
          value={labelOf(window)}
          onChange={(label) => {
            const chosen = WINDOWS.find((candidate) => candidate.label === label);
            onWindow(chosen?.window ?? 'whole');
          }}
          aria-label="Time shown"
        />
        {(window === 'whole' || window.endMs === null) && (
          <Button
            size="xs"
            aria-pressed={held}
            leftSection={held ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
            onClick={() => onHold(!held)}
          >
            {held ? 'Let them go on' : 'Hold the charts'}
          </Button>
        )}
      </div>
    </div>
  );
}

const WHOLE = 'Whole time';

/** A part of the past that was chosen is none of these. */
function labelOf(window: Choice): string {
  if (window === 'whole') return WHOLE;
  return WINDOWS.find((one) => sameWindow(one.window, window))?.label ?? '';
}

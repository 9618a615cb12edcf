import { Button, SegmentedControl } from '@mantine/core';
import { Pause, Play } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { HistoryRange } from '../../shared/model/history.ts';
import classes from './charts.module.css';

const RANGES: readonly { readonly value: HistoryRange; readonly label: string }[] = [
  { value: '5m', label: '5 min' },
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
];

interface RangeBarProps {
  readonly title: string;
  readonly range: HistoryRange;
  readonly onRange: (range: HistoryRange) => void;
  readonly held: boolean;
  readonly onHold: (held: boolean) => void;
  readonly children?: ReactNode;
}

/** Which time the charts below show, and whether they go on. */
export function RangeBar({ title, range, onRange, held, onHold, children }: RangeBarProps): ReactElement {
  return (
    <div className={classes.bar}>
      <h2 className={classes.heading}>{title}</h2>
      <div className={classes.controls}>
        {children}
        <SegmentedControl
          size="xs"
          data={RANGES.map(({ value, label }) => ({ value, label }))}
          value={range}
          onChange={(value) => {
            const chosen = RANGES.find((candidate) => candidate.value === value);
            if (chosen) onRange(chosen.value);
          }}
          aria-label="Time shown"
        />
        <Button
          size="xs"
          aria-pressed={held}
          leftSection={held ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
          onClick={() => onHold(!held)}
        >
          {held ? 'Let them go on' : 'Hold the charts'}
        </Button>
      </div>
    </div>
  );
}

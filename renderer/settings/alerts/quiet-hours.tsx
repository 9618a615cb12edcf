import { Switch, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { AlertSettings } from '../../../shared/alerts/alert-settings.ts';
import { clockOfDay, minuteOfDay } from '../../../shared/model/daily-comparison.ts';
import classes from './alerts.module.css';

type Quiet = AlertSettings['quiet'];

export interface QuietHoursProps {
  readonly quiet: Quiet;
  readonly onChange: (quiet: Quiet) => void;
}

/** When nothing is told: what still holds at the end is told then. */
export const QuietHours = ({ quiet, onChange }: QuietHoursProps): ReactElement => (
  <div className={classes.rule}>
    <Switch
      label="Quiet from"
      checked={quiet.on}
      onChange={(event) => onChange({ ...quiet, on: event.currentTarget.checked })}
    />
    <ClockField
      label="Quiet from, hh:mm"
      minute={quiet.fromMinute}
      onChange={(fromMinute) => onChange({ ...quiet, fromMinute })}
    />
    <span>to</span>
    <ClockField
      label="Quiet to, hh:mm"
      minute={quiet.toMinute}
      onChange={(toMinute) => onChange({ ...quiet, toMinute })}
    />
    <span className={classes.dimmed}>what still holds then is told at the end</span>
  </div>
);

function ClockField({
  label,
  minute,
  onChange,
}: {
  readonly label: string;
  readonly minute: number;
  readonly onChange: (minute: number) => void;
}): ReactElement {
  const [typed, setTyped] = useState<string>();
  const wrong = typed !== undefined && minuteOfDay(typed) === undefined;
  const leave = (): void => {
    const read = typed === undefined ? undefined : minuteOfDay(typed);
    if (read !== undefined) onChange(read);
    setTyped(undefined);
  };
  return (
    <TextInput
      size="xs"
      w={72}
      aria-label={label}
      autoComplete="off"
      value={typed ?? clockOfDay(minute)}
      error={wrong}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={leave}
    />
  );
}

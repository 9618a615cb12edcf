import { NumberInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { MOST_KEYS_PER_SECOND } from '../../shared/model/comparison-choice.ts';
import classes from './comparison.module.css';

interface PaceFieldProps {
  /** null is without limit. */
  readonly value: number | null;
  /** Told with every change; of a comparison that runs once the field is left, or Enter pressed. */
  readonly onChange: (maxKeysPerSecond: number | null) => void;
  readonly whenLeft?: boolean;
}

/** How fast a comparison may be. */
export function PaceField({ value, onChange, whenLeft = false }: PaceFieldProps): ReactElement {
  const [typed, setTyped] = useState<number | null>();
  const shown = typed === undefined ? value : typed;
  const tell = (): void => {
    if (typed !== undefined && typed !== value) onChange(typed);
    setTyped(undefined);
  };
  return (
    <NumberInput
      size="xs"
      className={classes.pace ?? ''}
      label="Keys a second, at most"
      placeholder="without limit"
      min={1}
      max={MOST_KEYS_PER_SECOND}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      hideControls
      thousandSeparator=","
      value={shown ?? ''}
      onChange={(next) => {
        const keys = typeof next === 'number' && next >= 1 ? next : null;
        if (whenLeft) setTyped(keys);
        else onChange(keys);
      }}
      {...(whenLeft && {
        onBlur: tell,
        onKeyDown: (event) => {
          if (event.key === 'Enter') tell();
        },
      })}
    />
  );
}

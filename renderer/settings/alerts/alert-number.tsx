import { NumberInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';

export interface AlertNumberProps {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A whole number with its unit; it holds when the field is left. */
export function AlertNumber({ label, unit, value, min = 1, max, onChange }: AlertNumberProps): ReactElement {
  const [typed, setTyped] = useState<string | number>();
  const leave = (): void => {
    const number = Math.round(Number(typed));
    if (typed !== undefined && typed !== '' && Number.isFinite(number))
      onChange(Math.min(max, Math.max(min, number)));
    setTyped(undefined);
  };
  return (
    <NumberInput
      size="xs"
      w={96}
      aria-label={label}
      suffix={` ${unit}`}
      hideControls
      allowDecimal={false}
      allowNegative={false}
      value={typed ?? value}
      onChange={setTyped}
      onBlur={leave}
    />
  );
}

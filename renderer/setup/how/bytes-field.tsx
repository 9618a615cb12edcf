import { Input, NativeSelect, NumberInput } from '@mantine/core';
import { useId, useState, type ReactElement } from 'react';
import { useController } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';
import classes from './how.module.css';
import { BYTE_UNITS, bytesOf, unitFor, type ByteUnit } from './units.ts';

type BytesName = 'maxBytesPerSecond' | 'spoolMaxBytes';

/** A size with its unit. `empty` is what an empty field stands for. */
export function BytesField({
  name,
  label,
  description,
  empty,
  placeholder,
  unit: firstUnit,
  perSecond = false,
}: {
  readonly name: BytesName;
  readonly label: string;
  readonly description: string;
  readonly empty: 0 | null;
  readonly placeholder?: string;
  readonly unit: ByteUnit;
  readonly perSecond?: boolean;
}): ReactElement {
  const { field, fieldState } = useController<Draft, BytesName>({ name });
  const id = useId();
  const [unit, setUnit] = useState(() => unitFor(field.value, firstUnit));
  const shown = field.value === empty || field.value === null ? '' : field.value / bytesOf(unit);
  const type = (value: number | string, by: ByteUnit): void =>
    field.onChange(typeof value === 'number' ? Math.round(value * bytesOf(by)) : empty);
  const choose = (next: ByteUnit): void => {
    setUnit(next);
    type(shown, next);
  };
  return (
    <Input.Wrapper
      size="xs"
      id={id}
      label={label}
      description={description}
      error={fieldState.error?.message}
    >
      <div className={classes.sized}>
        <NumberInput
          id={id}
          size="xs"
          {...(placeholder !== undefined && { placeholder })}
          autoComplete="off"
          hideControls
          allowNegative={false}
          decimalScale={2}
          thousandSeparator=","
          name={field.name}
          ref={field.ref}
          value={shown}
          onChange={(value) => type(value, unit)}
          onBlur={field.onBlur}
          error={fieldState.error !== undefined}
        />
        <NativeSelect
          size="xs"
          aria-label={`Unit: ${label}`}
          value={unit}
          onChange={(event) => choose(BYTE_UNITS.find((it) => it === event.currentTarget.value) ?? unit)}
          data={BYTE_UNITS.map((it) => ({ value: it, label: perSecond ? `${it}/s` : it }))}
        />
      </div>
    </Input.Wrapper>
  );
}

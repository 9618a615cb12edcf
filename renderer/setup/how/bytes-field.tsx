import { Input, NativeSelect, NumberInput } from '@mantine/core';
import { useId, useState, type ReactElement } from 'react';
import { useDraftField } from '../step/use-draft-field.ts';
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
  const { value: current, change, leave, focusRef, problem } = useDraftField(name);
  const id = useId();
  const [unit, setUnit] = useState(() => unitFor(current, firstUnit));
  const shown = current === empty || current === null ? '' : current / bytesOf(unit);
  const type = (value: number | string, by: ByteUnit): void =>
    change(typeof value === 'number' ? Math.round(value * bytesOf(by)) : empty);
  const choose = (next: ByteUnit): void => {
    setUnit(next);
    type(shown, next);
  };
  return (
    <Input.Wrapper size="xs" id={id} label={label} description={description} error={problem}>
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
          name={name}
          ref={focusRef}
          value={shown}
          onChange={(value) => type(value, unit)}
          onBlur={leave}
          error={problem !== undefined}
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

import { NumberInput, type NumberInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { type FieldPathByValue } from 'react-hook-form';
import { useDraftField } from './use-draft-field.ts';
import type { Draft } from '../../../shared/model/profile.ts';

type NumberPath = FieldPathByValue<Draft, number | null>;

/** A whole number of the draft. `empty` is what an empty field stands for. */
export function NumberField({
  name,
  empty = null,
  ...input
}: { readonly name: NumberPath; readonly empty?: number | null } & Omit<
  NumberInputProps,
  'name' | 'value' | 'onChange' | 'onBlur' | 'error'
>): ReactElement {
  const { value: current, change, leave, focusRef, problem } = useDraftField(name);
  return (
    <NumberInput
      size="xs"
      autoComplete="off"
      allowDecimal={false}
      allowNegative={false}
      hideControls
      {...input}
      name={name}
      ref={focusRef}
      value={current === empty ? '' : (current ?? '')}
      onChange={(value) => change(typeof value === 'number' ? value : empty)}
      onBlur={leave}
      error={problem}
    />
  );
}

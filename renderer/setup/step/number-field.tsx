import { NumberInput, type NumberInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useController, type FieldPathByValue } from 'react-hook-form';
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
  const { field, fieldState } = useController<Draft, NumberPath>({ name });
  return (
    <NumberInput
      size="xs"
      autoComplete="off"
      allowDecimal={false}
      allowNegative={false}
      hideControls
      {...input}
      name={field.name}
      ref={field.ref}
      value={field.value === empty ? '' : (field.value ?? '')}
      onChange={(value) => field.onChange(typeof value === 'number' ? value : empty)}
      onBlur={field.onBlur}
      error={fieldState.error?.message}
    />
  );
}

import { TextInput, type TextInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useController, type FieldPathByValue } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';

type TextPath = FieldPathByValue<Draft, string>;

/** A line of text of the draft, with its problem where it stands. */
export function TextField({
  name,
  onLeave,
  ...input
}: { readonly name: TextPath; readonly onLeave?: () => void } & Omit<
  TextInputProps,
  'name' | 'value' | 'onChange' | 'onBlur' | 'error'
>): ReactElement {
  const { field, fieldState } = useController<Draft, TextPath>({ name });
  const leave = (): void => {
    field.onBlur();
    onLeave?.();
  };
  return (
    <TextInput
      size="xs"
      autoComplete="off"
      spellCheck={false}
      {...input}
      name={field.name}
      ref={field.ref}
      value={field.value}
      onChange={field.onChange}
      onBlur={leave}
      error={fieldState.error?.message}
    />
  );
}

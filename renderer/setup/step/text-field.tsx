import { TextInput, type TextInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { type FieldPathByValue } from 'react-hook-form';
import { useDraftField } from './use-draft-field.ts';
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
  const { value, change, leave, focusRef, problem } = useDraftField(name);
  const leaveField = (): void => {
    leave();
    onLeave?.();
  };
  return (
    <TextInput
      size="xs"
      autoComplete="off"
      spellCheck={false}
      {...input}
      name={name}
      ref={focusRef}
      value={value}
      onChange={change}
      onBlur={leaveField}
      error={problem}
    />
  );
}

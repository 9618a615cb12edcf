import { Radio } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { FieldPath } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';
import { useDraftField } from './use-draft-field.ts';
import classes from './step.module.css';

export interface Choice<V> {
  readonly value: V;
  readonly label: string;
  /** What it means, in a sentence. */
  readonly text: string;
}

/** One of a few ways, each with what it means. */
export function Choices<V extends string | boolean>({
  name,
  label,
  choices,
  children,
}: {
  readonly name: Extract<
    FieldPath<Draft>,
    'existing' | 'onFlush' | 'functions' | 'importMode' | 'readFrom' | 'fullOnly'
  >;
  readonly label: string;
  readonly choices: readonly Choice<V>[];
  readonly children?: ReactNode;
}): ReactElement {
  const { value: current, change } = useDraftField(name);
  return (
    <fieldset className={classes.choices}>
      <legend>{label}</legend>
      <Radio.Group
        aria-label={label}
        name={name}
        value={String(current)}
        onChange={(chosen) => change(choices.find(({ value }) => String(value) === chosen)?.value)}
      >
        {choices.map(({ value, label: title, text }) => (
          <Radio key={title} size="xs" value={String(value)} label={title} description={text} />
        ))}
      </Radio.Group>
      {children}
    </fieldset>
  );
}

import { NumberInput, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ChoiceForm, ChoiceProblems } from './choice-form.ts';
import classes from './rehearsal.module.css';

type NumberName = {
  [K in keyof ChoiceForm]: ChoiceForm[K] extends number | null ? K : never;
}[keyof ChoiceForm];

interface FieldWords {
  readonly name: NumberName;
  readonly label: string;
  readonly description: string;
}

const RTO: FieldWords = {
  name: 'rtoSeconds',
  label: 'Goal: serves within (RTO), in seconds',
  description: 'From the loss, or from the last write, until the target answers.',
};
const FIELDS: Readonly<Record<ChoiceForm['kind'], readonly FieldWords[]>> = {
  copy: [
    {
      name: 'rpoSeconds',
      label: 'Goal: behind by at most (RPO), in seconds',
      description: 'How far the target may be behind while the pair is in step.',
    },
    {
      name: 'inStepSeconds',
      label: 'Stay in step for, in seconds',
      description: 'Then every key is compared.',
    },
  ],
  failover: [
    RTO,
    {
      name: 'rpoSeconds',
      label: 'Goal: lost at most (RPO), in seconds',
      description: 'How much of the last writes the target may lack.',
    },
  ],
  cutover: [
    RTO,
    {
      name: 'steadySeconds',
      label: 'Quiet for, in seconds',
      description: 'How long nobody may have written, and nothing may be behind.',
    },
    {
      name: 'comparedMinutes',
      label: 'Comparison at most this old, in minutes',
      description: 'An older one is made again by itself.',
    },
    {
      name: 'waitMinutes',
      label: 'Wait at most, in minutes',
      description: 'Until nothing stands in the way.',
    },
  ],
};

interface ChoiceFieldsProps {
  readonly form: ChoiceForm;
  readonly problems: ChoiceProblems;
  readonly onChange: (form: ChoiceForm) => void;
}

/** The goals and the times of the chosen kind. */
export const ChoiceFields = ({ form, problems, onChange }: ChoiceFieldsProps): ReactElement => (
  <div className={classes.fields}>
    {FIELDS[form.kind].map(({ name, label, description }) => (
      <NumberInput
        key={name}
        size="xs"
        label={label}
        description={description}
        min={0}
        hideControls
        allowNegative={false}
        autoComplete="off"
        value={form[name] ?? ''}
        onChange={(value) => onChange({ ...form, [name]: typeof value === 'number' ? value : null })}
        error={problems[name]}
      />
    ))}
    {form.kind === 'failover' && (
      <TextInput
        size="xs"
        label="A check of your own (may be empty)"
        description="An address that has to answer once the target does."
        placeholder="https://app.example/health"
        autoComplete="off"
        spellCheck={false}
        value={form.check}
        onChange={(event) => onChange({ ...form, check: event.currentTarget.value })}
        error={problems.check}
      />
    )}
  </div>
);

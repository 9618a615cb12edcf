import { Checkbox, NumberInput, Radio, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import type { CompareLevel } from '../../shared/model/comparison.ts';
import type { ChoiceForm } from './choice-form.ts';
import classes from './comparison.module.css';
import { PaceField } from './pace-field.tsx';

/** What each level finds, and what it costs. */
const LEVELS: readonly { readonly level: CompareLevel; readonly label: string; readonly text: string }[] = [
  {
    level: 'count',
    label: 'Count',
    text: 'How many keys there are, and how many with an expiry. Takes seconds and reads no values.',
  },
  {
    level: 'names',
    label: 'Names',
    text: 'Which keys are missing and which are extra. Reads all names of both sides, no values.',
  },
  {
    level: 'sample',
    label: 'Sample',
    text: 'Everything of some keys that chance chooses, and what that says of all. Reads all names, and the values of the sample.',
  },
  {
    level: 'values',
    label: 'Values',
    text: 'Every key with its type, value and expiry. Reads all data of both sides once, page by page.',
  },
];

const UNITS = [
  { value: 'keys', label: 'keys' },
  { value: 'percent', label: '%' },
];

/** How closely the two sides are to be compared. */
export function LevelChoice({
  form,
  onChange,
}: {
  readonly form: ChoiceForm;
  readonly onChange: (form: ChoiceForm) => void;
}): ReactElement {
  const set = (change: Partial<ChoiceForm>): void => onChange({ ...form, ...change });
  return (
    <div className={classes.choice}>
      <Radio.Group
        aria-label="How closely to compare"
        value={form.level}
        onChange={(value) => {
          const chosen = LEVELS.find(({ level }) => level === value);
          if (chosen) set({ level: chosen.level });
        }}
      >
        <div className={classes.levels}>
          {LEVELS.map(({ level, label, text }) => (
            <Radio key={level} size="xs" value={level} label={label} description={text} />
          ))}
        </div>
      </Radio.Group>
      <div className={classes.options}>
        {form.level === 'sample' && (
          <>
            <NumberInput
              size="xs"
              className={classes.size ?? ''}
              label="Size of the sample"
              min={0}
              hideControls
              thousandSeparator=","
              value={form.size ?? ''}
              onChange={(size) => set({ size: typeof size === 'number' ? size : null })}
              error={form.problem}
            />
            <SegmentedControl
              size="xs"
              aria-label="Unit of the size"
              data={UNITS}
              value={form.unit}
              onChange={(unit) => set({ unit: unit === 'percent' ? 'percent' : 'keys' })}
            />
          </>
        )}
        {form.level !== 'count' && (
          <>
            <TextInput
              size="xs"
              className={classes.delimiter ?? ''}
              label="Delimiter of names"
              placeholder="found by itself"
              maxLength={1}
              autoComplete="off"
              spellCheck={false}
              value={form.delimiter}
              onChange={(event) => set({ delimiter: event.currentTarget.value.trim() })}
            />
            <PaceField
              value={form.maxKeysPerSecond}
              onChange={(maxKeysPerSecond) => set({ maxKeysPerSecond })}
            />
            <Checkbox
              size="xs"
              className={classes.beside ?? ''}
              label="What is in there"
              description="Types, expiry, sizes, largest keys and slots of either side; a few questions more for each key."
              checked={form.contents}
              onChange={(event) => set({ contents: event.currentTarget.checked })}
            />
          </>
        )}
      </div>
    </div>
  );
}

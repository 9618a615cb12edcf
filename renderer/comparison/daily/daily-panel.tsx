import { Button, Select, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { compareLevelSchema, type CompareLevel } from '../../../shared/model/comparison.ts';
import { clockOfDay, minuteOfDay } from '../../../shared/model/daily-comparison.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { Panel } from '../../components/panel.tsx';
import { useAction } from '../../state/client.tsx';
import { useTaskPart } from '../../task/use-task-part.ts';
import classes from '../comparison.module.css';

const LEVELS: readonly { readonly value: CompareLevel; readonly label: string }[] = [
  { value: 'count', label: 'Count' },
  { value: 'names', label: 'Names' },
  { value: 'sample', label: 'Sample' },
  { value: 'values', label: 'Values' },
];
const AT_NIGHT = '03:00';

const pickDaily = ({ dailyComparison }: TaskView) => dailyComparison;

interface Form {
  readonly at: string;
  readonly level: CompareLevel;
  /** Somebody wanted to keep a time that is none. */
  readonly wrong: boolean;
}

/** When the two sides of a task are compared by themselves. */
export function DailyPanel({ id }: { readonly id: string }): ReactElement {
  const daily = useTaskPart(id, pickDaily);
  const save = useAction('comparison.daily');
  const [changed, setForm] = useState<Form>();
  const form = changed ?? {
    at: daily ? clockOfDay(daily.atMinute) : AT_NIGHT,
    level: daily?.level ?? 'values',
    wrong: false,
  };
  const keep = async (): Promise<void> => {
    const atMinute = minuteOfDay(form.at);
    if (atMinute === undefined) return setForm({ ...form, wrong: true });
    await save.run({ id, daily: { atMinute, level: form.level } });
    setForm(undefined);
  };
  return (
    <Panel title="Compare every day">
      <p className={classes.daily}>
        {daily
          ? `Every day at ${clockOfDay(daily.atMinute)}, ${labelOf(daily.level)}, while Lockstep runs and the task does.`
          : 'Not asked for. While Lockstep runs, and the task does, both sides can be compared every day at a time that you choose.'}{' '}
        Differences stand in the events, the result among those above; a comparison that was missed is said
        there, and not made up for.
      </p>
      <div className={classes.options}>
        <TextInput
          size="xs"
          className={classes.time ?? ''}
          label="At"
          description="hh:mm, by the clock of the machine"
          autoComplete="off"
          value={form.at}
          error={form.wrong && 'A time such as 03:00.'}
          onChange={(event) => setForm({ ...form, at: event.currentTarget.value, wrong: false })}
        />
        <Select
          size="xs"
          label="How closely"
          data={LEVELS}
          value={form.level}
          allowDeselect={false}
          onChange={(value) => {
            const level = compareLevelSchema.safeParse(value);
            if (level.success) setForm({ ...form, level: level.data });
          }}
        />
        <Button loading={save.running} onClick={() => void keep()}>
          {daily ? 'Change' : 'Compare every day'}
        </Button>
        {daily && (
          <Button
            variant="subtle"
            loading={save.running}
            onClick={() => void save.run({ id, daily: null }).then(() => setForm(undefined))}
          >
            Not any more
          </Button>
        )}
      </div>
    </Panel>
  );
}

const labelOf = (level: CompareLevel): string =>
  LEVELS.find(({ value }) => value === level)!.label.toLowerCase();

import { Radio } from '@mantine/core';
import type { ReactElement } from 'react';
import type { RehearsalKind } from '../../shared/rehearsal/report.ts';
import type { ChoiceForm, ChoiceProblems } from './choice-form.ts';
import { ChoiceFields } from './choice-fields.tsx';
import { KINDS } from './kind-words.ts';
import classes from './rehearsal.module.css';

interface KindChoiceProps {
  readonly kinds: readonly RehearsalKind[];
  readonly form: ChoiceForm;
  readonly problems: ChoiceProblems;
  readonly onChange: (form: ChoiceForm) => void;
}

/** What is rehearsed, what that does to either side, and against which goals. */
export function KindChoice({ kinds, form, problems, onChange }: KindChoiceProps): ReactElement {
  const shown = KINDS.filter(({ kind }) => kinds.includes(kind));
  const chosen = KINDS.find(({ kind }) => kind === form.kind)!;
  return (
    <div className={classes.choice}>
      <Radio.Group
        aria-label="What is rehearsed"
        value={form.kind}
        onChange={(value) => {
          const next = shown.find(({ kind }) => kind === value);
          if (next) onChange({ ...form, kind: next.kind });
        }}
      >
        <div className={classes.kinds}>
          {shown.map(({ kind, label, text }) => (
            <Radio key={kind} size="xs" value={kind} label={label} description={text} />
          ))}
        </div>
      </Radio.Group>
      <dl className={classes.sides}>
        <div>
          <dt>The source</dt>
          <dd>{chosen.source}</dd>
        </div>
        <div>
          <dt>The target</dt>
          <dd>{chosen.target}</dd>
        </div>
      </dl>
      <ChoiceFields form={form} problems={problems} onChange={onChange} />
    </div>
  );
}

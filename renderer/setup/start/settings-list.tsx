import { Button } from '@mantine/core';
import { Pencil } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Draft } from '../../../shared/model/profile.ts';
import { Panel } from '../../components/panel.tsx';
import { STEPS } from '../step/steps.ts';
import { settingsGroups } from './settings-groups.ts';
import classes from './start.module.css';

/** All settings, each group with the way to the step that changes it. */
export const SettingsList = ({
  draft,
  defaultSpoolDir,
  onEdit,
}: {
  readonly draft: Draft;
  readonly defaultSpoolDir: string;
  readonly onEdit: (step: number) => void;
}): ReactElement => (
  <div className={classes.groups}>
    {settingsGroups(draft, defaultSpoolDir).map(({ step, settings }) => {
      const { title } = STEPS[step]!;
      return (
        <Panel
          key={title}
          title={title}
          actions={
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<Pencil size={13} aria-hidden />}
              aria-label={`Edit: ${title}`}
              onClick={() => onEdit(step)}
            >
              Edit
            </Button>
          }
        >
          <dl className={classes.settings}>
            {settings.map(({ label, text }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      );
    })}
  </div>
);

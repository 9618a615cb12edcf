import type { ReactElement } from 'react';
import { CHECKS } from '../../../shared/model/checks.ts';
import { describeDatabases } from '../../../shared/model/database-map.ts';
import type { IgnoredWarning } from '../../../shared/model/profile.ts';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time-text.tsx';
import classes from './settings.module.css';
import type { EditableTask } from './task-form.ts';

interface FixedSettingsProps {
  readonly task: EditableTask;
  readonly createdAtMs: number;
  readonly ignoredWarnings: readonly IgnoredWarning[];
}

/** What was decided when the task was set up and holds for as long as there is the task. */
export const FixedSettings = ({ task, createdAtMs, ignoredWarnings }: FixedSettingsProps): ReactElement => (
  <Panel title="Decided at set-up">
    <dl className={classes.facts}>
      <div>
        <dt>Set up</dt>
        <dd>
          <TimeText atMs={createdAtMs} as="clock" />
        </dd>
      </div>
      <div>
        <dt>Databases</dt>
        <dd>{describeDatabases(task.databases, task.databaseMap)}</dd>
      </div>
      <div>
        <dt>Takes</dt>
        <dd>{task.fullOnly ? 'a full copy only' : 'a full copy, then every change'}</dd>
      </div>
      <div>
        <dt>Existing keys on the target</dt>
        <dd>
          {task.existing === 'overwrite'
            ? 'keys of the same name are overwritten'
            : 'the task does not begin if there are any'}
        </dd>
      </div>
      <div>
        <dt>Ignored warnings</dt>
        <dd>
          {ignoredWarnings.length === 0 ? (
            'none'
          ) : (
            <ul className={classes.warnings}>
              {ignoredWarnings.map(({ check, found, atMs }) => (
                <li key={check}>
                  <b>{titleOf(check)}:</b> {found} (ignored at <TimeText atMs={atMs} as="clock" />)
                </li>
              ))}
            </ul>
          )}
        </dd>
      </div>
    </dl>
  </Panel>
);

/** A check of another version may be unknown here. */
const titleOf = (check: string): string =>
  Object.hasOwn(CHECKS, check) ? CHECKS[check as keyof typeof CHECKS].title : check;

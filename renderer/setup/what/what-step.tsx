import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';
import { Panel } from '../../components/panel.tsx';
import { Choices } from '../step/choices.tsx';
import { DatabasesField } from './databases-field.tsx';
import { FunctionsPanel } from './functions-choice.tsx';
import { StandingKeys } from './standing-keys.tsx';
import classes from './what.module.css';

/** Step 2: which data is taken, what happens to data that is there, and whether changes follow. */
export function WhatStep(): ReactElement {
  const existing = useWatch<Draft, 'existing'>({ name: 'existing' });
  return (
    <div className={classes.columns}>
      <Panel title="Databases">
        <DatabasesField />
      </Panel>
      <div className={classes.column}>
        <Panel title="How much">
          <Choices
            name="fullOnly"
            label="Which changes are taken"
            choices={[
              {
                value: false,
                label: 'Full copy, then every change',
                text: 'The target is kept in step until you stop the task.',
              },
              {
                value: true,
                label: 'Full copy only',
                text: 'The task ends with the copy. What changes on the source afterwards is not passed on.',
              },
            ]}
          />
        </Panel>
        <Panel title="Existing data on the target">
          <Choices
            name="existing"
            label="Keys already on the target"
            choices={[
              {
                value: 'fail',
                label: 'Precheck and report',
                text: 'If the target holds keys in these databases, the precheck fails and nothing is written.',
              },
              {
                value: 'overwrite',
                label: 'Overwrite keys of the same name',
                text: 'A key of the source replaces the key of that name on the target; other keys stay.',
              },
            ]}
          >
            {existing === 'overwrite' && <StandingKeys />}
          </Choices>
          {existing === 'overwrite' && (
            <Choices
              name="onFlush"
              label="When the source is flushed (FLUSHALL, FLUSHDB)"
              choices={[
                {
                  value: 'stop',
                  label: 'Stop the task',
                  text: 'As long as the target has keys of its own, nothing is removed before you have decided.',
                },
                {
                  value: 'apply',
                  label: 'Flush the target as well',
                  text: 'The keys that the target had of its own are removed, too.',
                },
              ]}
            />
          )}
        </Panel>
        <FunctionsPanel />
      </div>
    </div>
  );
}

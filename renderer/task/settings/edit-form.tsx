import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { placesOf } from '../../../shared/format/server-place.ts';
import { isActive, type TaskState } from '../../../shared/model/task-view.ts';
import { FormProvider } from 'react-hook-form';
import { FaultAlert } from '../../components/fault-alert.tsx';
import { Panel } from '../../components/panel.tsx';
import { SetupContext } from '../../setup/draft/use-setup.ts';
import { EndpointFields } from '../../setup/endpoint/endpoint-fields.tsx';
import { HowStep } from '../../setup/how/how-step.tsx';
import { FunctionsChoice } from '../../setup/what/functions-choice.tsx';
import { Choices } from '../../setup/step/choices.tsx';
import { EndpointFacts } from './endpoint-facts.tsx';
import classes from './settings.module.css';
import type { EditableTask } from './task-form.ts';
import { useTaskEdit } from './use-task-edit.ts';

interface EditFormProps {
  readonly task: EditableTask;
  readonly state: TaskState;
}

/** What can be changed of a task, saved together. */
export function EditForm({ task, state }: EditFormProps): ReactElement {
  const edit = useTaskEdit(task, state === 'paused');
  // Where it leads cannot be changed under an engine that works.
  const fixed = isActive(state) && state !== 'paused';
  return (
    <SetupContext value={edit.setup}>
      <FormProvider {...edit.setup.form}>
        <form
          className={classes.tab}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void edit.save();
          }}
        >
          <div className={classes.columns}>
            <Panel title="Source">
              {fixed ? (
                <EndpointFacts side="source" endpoint={task.source} />
              ) : (
                <EndpointFields path="source" />
              )}
            </Panel>
            <Panel title="Target">
              {fixed ? (
                <EndpointFacts side="target" endpoint={task.target} />
              ) : (
                <EndpointFields path="targets.0" />
              )}
            </Panel>
          </div>
          <HowStep offersAll />
          <Panel title="A flush of the source">
            <Choices
              name="onFlush"
              label="When the source is flushed (FLUSHALL, FLUSHDB) and the target had keys of its own"
              choices={[
                {
                  value: 'stop',
                  label: 'Stop the task',
                  text: 'Nothing is removed from the target before you have decided.',
                },
                {
                  value: 'apply',
                  label: 'Flush the target as well',
                  text: 'The keys that the target had of its own are removed, too.',
                },
              ]}
            />
          </Panel>
          <Panel title="Function libraries">
            <FunctionsChoice />
          </Panel>
          {edit.fault && <FaultAlert fault={edit.fault} places={placesOf(task)} />}
          <div className={classes.save}>
            <Button type="submit" variant="filled" disabled={!edit.changed} loading={edit.saving}>
              Save
            </Button>
            <Button disabled={!edit.changed || edit.saving} onClick={edit.discard}>
              Discard
            </Button>
            <span role="status">{edit.changed ? whenItHolds(state) : edit.saved ? 'Saved.' : ''}</span>
          </div>
        </form>
      </FormProvider>
    </SetupContext>
  );
}

function whenItHolds(state: TaskState): string {
  if (!isActive(state)) return 'Not saved yet. It holds from the next start.';
  const servers =
    state === 'paused' ? ' With another address or password it begins anew at once, and stays paused.' : '';
  return `Not saved yet. The name and the limits hold at once; retrying, late expiry, the buffer on this machine, and what becomes of a flush or of functions hold from the next start.${servers}`;
}

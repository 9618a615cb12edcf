import { useEffect, useState } from 'react';
import { useForm, type FieldPath } from 'react-hook-form';
import { useStore } from 'zustand';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { createConnectionTests } from '../../setup/connection/connection-tests.ts';
import { draftResolver } from '../../setup/draft/draft-form.ts';
import { sideOf, type Setup } from '../../setup/draft/use-setup.ts';
import { useAction, useClient } from '../../state/client.tsx';
import type { RequestFault } from '../../state/fault.ts';
import { createEditSession } from './edit-session.ts';
import { useReaddressing } from './readdressing.tsx';
import { changesOf, formOfTask, formPath, type EditableTask } from './task-form.ts';

export interface TaskEdit {
  /** What the fields of the set-up need. */
  readonly setup: Setup;
  readonly changed: boolean;
  readonly saving: boolean;
  /** It was saved, and nothing has been changed since. */
  readonly saved: boolean;
  readonly fault: RequestFault | null;
  readonly save: () => Promise<void>;
  readonly discard: () => void;
}

/**
 * The form of a task: nothing is stored before it is saved as a whole. One that is paused goes to other servers at once, so what that
 * comes to is said first.
 */
export function useTaskEdit(task: EditableTask, paused: boolean): TaskEdit {
  const client = useClient();
  const agrees = useReaddressing(task);
  const { run, running, error, reset } = useAction('task.edit', { quiet: true });
  const form = useForm<Draft>({
    defaultValues: formOfTask(task),
    resolver: draftResolver,
    mode: 'onTouched',
  });
  const { isDirty } = form.formState;
  const [session] = useState(createEditSession);
  const [saved, setSaved] = useState(false);
  const [tests] = useState(() =>
    createConnectionTests((side, endpoint) =>
      client.request('connection.test', {
        side,
        endpoint: viewOf(endpoint),
        secrets: session.store.getState().inHand[endpoint.id] ?? {},
        stored: { kind: 'task', id: task.id, endpointId: endpoint.id },
      }),
    ),
  );
  const held = useStore(session.store, ({ inHand }) => Object.keys(inHand).length > 0);
  const changed = isDirty || held;

  // What was changed elsewhere shows as long as nothing is being changed here.
  useEffect(() => {
    if (!changed) form.reset(formOfTask(task));
  }, [task, changed, form]);

  const take = async (values: Draft): Promise<void> => {
    const secrets = session.store.getState().inHand;
    const changes = changesOf(task, values);
    if (paused && !(await agrees(changes, secrets))) return;
    const answer = await run({ id: task.id, changes, secrets });
    if (!answer) return;
    session.abandon();
    form.reset(formOfTask(answer));
    setSaved(true);
  };
  useEffect(() => {
    for (const { path, message } of error?.fields ?? [])
      // A path that is no field of the form is part of the fault that is shown.
      form.setError(formPath(path) as FieldPath<Draft>, { type: 'host', message });
  }, [error, form]);

  return {
    setup: {
      form,
      session,
      tests,
      test: (path) => {
        const endpoint = form.getValues(path);
        const revision = session.store.getState().secretRevisions[endpoint.id] ?? 0;
        return tests.run(sideOf(path), endpoint, revision);
      },
    },
    changed,
    saving: running,
    saved: saved && !changed,
    fault: error,
    save: () => form.handleSubmit(take)(),
    discard() {
      session.abandon();
      reset();
      form.reset(formOfTask(task));
    },
  };
}

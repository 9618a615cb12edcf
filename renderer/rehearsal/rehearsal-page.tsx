import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { FaultAlert } from '../components/fault-alert.tsx';
import { PageGone, PageLoading } from '../components/page-state.tsx';
import { useLoadedDraft } from '../setup/draft/use-loaded-draft.ts';
import { asFault } from '../state/fault.ts';
import { useTasksLoaded, useTaskStore } from '../state/tasks.ts';
import { PairRehearsal } from './pair-rehearsal.tsx';
import { TaskRehearsal } from './task-rehearsal.tsx';

/** A rehearsal of a task, or of two servers without one. */
export function RehearsalPage({ id }: { readonly id: string }): ReactElement {
  const isTask = useTaskStore(({ byId }) => byId[id] !== undefined);
  const loaded = useTasksLoaded();
  if (isTask) return <TaskRehearsal id={id} />;
  if (!loaded) return <PageLoading what="rehearsal" />;
  return <PairPage id={id} />;
}

function PairPage({ id }: { readonly id: string }): ReactElement {
  const { data: draft, error, refetch } = useLoadedDraft(id);
  if (draft) return <PairRehearsal draft={draft} />;
  if (draft === null) return <PageGone what="rehearsal" text="It was deleted, perhaps in another window." />;
  if (error === null) return <PageLoading what="rehearsal" />;
  return (
    <FaultAlert fault={asFault(error)}>
      <Button mt="sm" onClick={() => void refetch()}>
        Try again
      </Button>
    </FaultAlert>
  );
}

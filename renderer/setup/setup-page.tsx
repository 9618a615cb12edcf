import { Button, Skeleton } from '@mantine/core';
import { FileQuestion } from 'lucide-react';
import type { ReactElement } from 'react';
import { EmptyState } from '../components/empty-state.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { asFault } from '../state/fault.ts';
import { navigate } from '../state/route.ts';
import { useLoadedDraft } from './draft/use-loaded-draft.ts';
import { SetupForm } from './setup-form.tsx';
import classes from './setup.module.css';

/** The guided set-up of the draft with this id. */
export const SetupPage = ({ draftId }: { readonly draftId: string }): ReactElement => (
  <DraftPage key={draftId} draftId={draftId} />
);

function DraftPage({ draftId }: { readonly draftId: string }): ReactElement {
  const { data: draft, error, refetch } = useLoadedDraft(draftId);
  if (draft) return <SetupForm draft={draft} />;
  if (draft === null) {
    return (
      <div className={classes.page}>
        <h1 className={classes.title}>New synchronisation</h1>
        <EmptyState icon={FileQuestion} title="This set-up is no longer there">
          <p>It was started, or deleted, perhaps in another window.</p>
          <Button onClick={() => navigate({ page: 'tasks' })}>Go to the tasks</Button>
        </EmptyState>
      </div>
    );
  }
  return (
    <div className={classes.page} aria-busy={error === null}>
      <h1 className={classes.title}>New synchronisation</h1>
      {error === null ? (
        <>
          <Skeleton height={26} />
          <Skeleton height={380} />
        </>
      ) : (
        <FaultAlert fault={asFault(error)}>
          <Button mt="sm" onClick={() => void refetch()}>
            Try again
          </Button>
        </FaultAlert>
      )}
    </div>
  );
}

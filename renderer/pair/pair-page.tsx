import { Button, Skeleton } from '@mantine/core';
import type { ReactElement } from 'react';
import { FaultAlert } from '../components/fault-alert.tsx';
import { PageGone } from '../components/page-state.tsx';
import { useLoadedDraft } from '../setup/draft/use-loaded-draft.ts';
import { asFault } from '../state/fault.ts';
import { PairForm } from './pair-form.tsx';
import classes from './pair.module.css';

/** Two servers side by side without a task, and what differs between them. */
export function PairPage({ draftId }: { readonly draftId: string }): ReactElement {
  const { data: draft, error, refetch } = useLoadedDraft(draftId);
  if (draft) return <PairForm draft={draft} />;
  if (draft === null) return <PageGone what="comparison" text="It was deleted, perhaps in another window." />;
  return (
    <div className={classes.page} aria-busy={error === null}>
      <h1>Compare two servers</h1>
      {error === null ? (
        <Skeleton height={380} />
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

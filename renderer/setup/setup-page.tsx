import { Button, Skeleton } from '@mantine/core';
import { FileQuestion } from 'lucide-react';
import type { ReactElement } from 'react';
import { EmptyState } from '../components/empty-state.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { navigate } from '../state/route.ts';
import { useLoadedDraft } from './draft/use-loaded-draft.ts';
import { SetupForm } from './setup-form.tsx';
import classes from './setup.module.css';

/** The guided set-up of the draft with this id. */
export const SetupPage = ({ draftId }: { readonly draftId: string }): ReactElement => (
  <DraftPage key={draftId} draftId={draftId} />
);

function DraftPage({ draftId }: { readonly draftId: string }): ReactElement {
  const loaded = useLoadedDraft(draftId);
  switch (loaded.status) {
    case 'loading':
      return (
        <div className={classes.page} aria-busy>
          <h1 className={classes.title}>New synchronisation</h1>
          <Skeleton height={26} />
          <Skeleton height={380} />
        </div>
      );
    case 'failed':
      return (
        <div className={classes.page}>
          <h1 className={classes.title}>New synchronisation</h1>
          <FaultAlert fault={loaded.fault}>
            <Button mt="sm" onClick={loaded.retry}>
              Try again
            </Button>
          </FaultAlert>
        </div>
      );
    case 'missing':
      return (
        <EmptyState icon={FileQuestion} title="This set-up is no longer there">
          <p>It was started, or deleted, perhaps in another window.</p>
          <Button onClick={() => navigate({ page: 'tasks' })}>Go to the tasks</Button>
        </EmptyState>
      );
    case 'loaded':
      return <SetupForm draft={loaded.draft} />;
  }
}

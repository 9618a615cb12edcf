import { Loader, VisuallyHidden } from '@mantine/core';
import { CircleOff } from 'lucide-react';
import type { ReactElement } from 'react';
import { EmptyState } from '../components/empty-state.tsx';
import { useGroupIds } from '../state/groups.ts';
import { href } from '../state/route.ts';
import { useTasksLoaded } from '../state/tasks.ts';
import { GroupHead } from './group-head.tsx';
import { GroupLag } from './group-lag.tsx';
import { TargetsPanel } from './targets-panel.tsx';
import classes from './group.module.css';

/** Tasks with one source, together: how they are, what each target has, and how far each of them is behind. */
export function GroupPage({ id }: { readonly id: string }): ReactElement {
  const ids = useGroupIds(id);
  const loaded = useTasksLoaded();
  if (ids.length === 0) return loaded ? <NoGroup /> : <Loading />;
  return (
    <div className={classes.page}>
      <GroupHead id={id} ids={ids} />
      <TargetsPanel ids={ids} />
      <GroupLag ids={ids} />
    </div>
  );
}

const Loading = (): ReactElement => (
  <div role="status">
    <Loader size="sm" />
    <VisuallyHidden component="h1">Loading the group</VisuallyHidden>
  </div>
);

const NoGroup = (): ReactElement => (
  <>
    <VisuallyHidden component="h1">Group</VisuallyHidden>
    <EmptyState icon={CircleOff} title="This group is no longer there">
      <p>Its tasks were deleted or taken out, perhaps in another window.</p>
      <a href={href({ page: 'tasks' })}>Go to the list of tasks</a>
    </EmptyState>
  </>
);

import type { ReactElement } from 'react';
import { PageGone, PageLoading } from '../components/page-state.tsx';
import { useGroupIds } from '../state/groups.ts';
import { useTasksLoaded } from '../state/tasks.ts';
import { GroupHead } from './group-head.tsx';
import { GroupLag } from './group-lag.tsx';
import { TargetsPanel } from './targets-panel.tsx';
import classes from '../components/page-frame.module.css';

const GONE = 'Its tasks were deleted or taken out, perhaps in another window.';

/** Tasks with one source, together: how they are, what each target has, and how far each of them is behind. */
export function GroupPage({ id }: { readonly id: string }): ReactElement {
  const ids = useGroupIds(id);
  const loaded = useTasksLoaded();
  if (ids.length === 0 && !loaded) return <PageLoading what="group" />;
  if (ids.length === 0) return <PageGone what="group" text={GONE} />;
  return (
    <div className={classes.page}>
      <GroupHead id={id} ids={ids} />
      <TargetsPanel ids={ids} />
      <GroupLag ids={ids} />
    </div>
  );
}

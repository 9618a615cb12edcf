import type { ReactElement } from 'react';
import { isAtWork, type TaskView } from '../../../shared/model/task-view.ts';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { useTaskPart } from '../use-task-part.ts';
import { SlotMapSection } from './map/slot-map-section.tsx';
import { slotsOfSource } from './mapped-shards.ts';
import { ShardTable } from './shard-table.tsx';
import classes from './shards.module.css';

const pickShards = ({ state, phase, trouble, fullOnly, metrics }: TaskView) => ({
  task: { state, phase, trouble, fullOnly },
  atMs: metrics?.atMs ?? 0,
  feeds: metrics?.feeds ?? [],
});

const WORDS = {
  map: 'Slots of the source',
  legend: 'Slots of each shard',
  nobody: 'Not brought yet',
  other: 'written to',
};

/** How each shard of a source that is a cluster is followed; nothing for a source that is one server. */
export function ShardsPanel({ id }: { readonly id: string }): ReactElement | null {
  const shown = useTaskPart(id, pickShards);
  if (!shown || shown.feeds.length === 0) return null;
  const { task, atMs, feeds } = shown;
  return (
    <Panel
      title="Shards of the source"
      flush
      actions={
        <span className={classes.age}>
          {!isAtWork(task.state) && 'not running; '}as of <TimeText atMs={atMs} />
        </span>
      }
    >
      <ShardTable task={task} feeds={feeds} />
      <SlotMapSection id={id} pick={slotsOfSource} words={WORDS} />
    </Panel>
  );
}

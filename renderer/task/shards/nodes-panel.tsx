import type { ReactElement } from 'react';
import { isAtWork, type TaskView } from '../../../shared/model/task-view.ts';
import { Panel } from '../../components/panel.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { useTaskPart } from '../use-task-part.ts';
import { SlotMapSection } from './map/slot-map-section.tsx';
import { slotsOfTarget } from './mapped-shards.ts';
import { NodeTable } from './node-table.tsx';
import classes from './shards.module.css';

const pickNodes = ({ state, metrics }: TaskView) => ({
  active: isAtWork(state),
  atMs: metrics?.atMs ?? 0,
  lanes: metrics?.lanes ?? [],
});

const WORDS = {
  map: 'Slots of the target',
  legend: 'Slots of each node',
  nobody: 'Not written to yet',
  other: 'from',
};

/** How far each node of a target is that is a cluster; nothing for a target that is one server. */
export function NodesPanel({ id }: { readonly id: string }): ReactElement | null {
  const shown = useTaskPart(id, pickNodes);
  if (!shown || shown.lanes.length === 0) return null;
  const { active, atMs, lanes } = shown;
  return (
    <Panel
      title="Nodes of the target"
      flush
      actions={
        <span className={classes.age}>
          {!active && 'not running; '}as of <TimeText atMs={atMs} />
        </span>
      }
    >
      <NodeTable active={active} atMs={atMs} lanes={lanes} />
      <SlotMapSection id={id} pick={slotsOfTarget} words={WORDS} />
    </Panel>
  );
}

import type { TaskView } from '../../../shared/model/task-view.ts';
import type { MappedShard } from './map/slot-cells.ts';
import type { MappedSlots } from './map/slot-map-section.tsx';

/** The shards of a source, and the nodes of a target, as the maps of slots show them. */

type Reported = Pick<TaskView, 'metrics'>;

const shardsOf = ({ metrics }: Reported): readonly MappedShard[] =>
  (metrics?.feeds ?? []).map(({ part, slots, at }) => ({ part, name: `Shard ${part}`, slots, at }));

const nodesOf = ({ metrics }: Reported): readonly MappedShard[] =>
  (metrics?.lanes ?? []).map(({ at, slots, away }, i) => ({
    part: i + 1,
    name: away ? `Node ${i + 1} (away)` : `Node ${i + 1}`,
    slots,
    at,
  }));

export const slotsOfSource = (task: Reported): MappedSlots => ({
  shards: shardsOf(task),
  others: nodesOf(task),
  unsettled: task.metrics?.unsettled?.source,
});

export const slotsOfTarget = (task: Reported): MappedSlots => ({
  shards: nodesOf(task),
  others: shardsOf(task),
  unsettled: task.metrics?.unsettled?.target,
});

import { useMemo, type ReactElement } from 'react';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import type { UnsettledSlots } from '../../../../shared/model/unsettled-slots.ts';
import { useRequest } from '../../../state/client.tsx';
import { useNow } from '../../../state/now.ts';
import { useTaskPart } from '../../use-task-part.ts';
import { slotCells, type MappedShard } from './slot-cells.ts';
import { SlotLegend } from './slot-legend.tsx';
import { SlotMap, type SlotMapWords } from './slot-map.tsx';
import { differingMark, unsettledMarks } from './slot-marks.ts';
import { UnfoldedMap } from './unfolded-map.tsx';
import classes from './slot-map.module.css';

/** The day of a comparison is named once it is over. */
const STEP_MS = 60_000;

/** What a map is drawn of, as plain data. */
export interface MappedSlots {
  readonly shards: readonly MappedShard[];
  /** Of the other side; none where that is one server. */
  readonly others: readonly MappedShard[];
  readonly unsettled: UnsettledSlots | undefined;
}

export interface SlotMapSectionProps {
  readonly id: string;
  readonly words: SlotMapWords;
  /** The same function each time. */
  readonly pick: (view: TaskView) => MappedSlots;
}

/** The map of slots, once somebody asks for it. */
export function SlotMapSection(props: SlotMapSectionProps): ReactElement {
  return (
    <UnfoldedMap show="Show the slot map" className={classes.section}>
      {() => <OpenMap {...props} />}
    </UnfoldedMap>
  );
}

function OpenMap({ id, words, pick }: SlotMapSectionProps): ReactElement {
  const { shards, others, unsettled } = useTaskPart(id, pick) ?? NOTHING;
  const { data: compared } = useRequest('comparison.state', { id });
  const nowMs = useNow(STEP_MS);
  const cells = useMemo(() => slotCells(shards), [shards]);
  const otherCells = useMemo(() => slotCells(others), [others]);
  const marks = useMemo(() => {
    const differing = differingMark(compared, nowMs);
    return [...unsettledMarks(unsettled), ...(differing ? [differing] : [])];
  }, [unsettled, compared, nowMs]);
  const shown = { cells, otherCells, shards, marks, words };
  return (
    <div className={classes.content}>
      <SlotMap {...shown} />
      <SlotLegend {...shown} />
    </div>
  );
}

const NOTHING: MappedSlots = { shards: [], others: [], unsettled: undefined };

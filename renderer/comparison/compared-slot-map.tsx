import { useMemo, type ReactElement } from 'react';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { countOfSlots, SLOT_COUNT, slotRanges } from '../../shared/model/slot-ranges.ts';
import type { CompareReport, ShardReport } from '../../shared/model/comparison.ts';
import { useNow } from '../state/now.ts';
import { slotCells, type MappedShard } from '../task/shards/map/slot-cells.ts';
import { SlotLegend } from '../task/shards/map/slot-legend.tsx';
import { SlotMap } from '../task/shards/map/slot-map.tsx';
import { differingMark } from '../task/shards/map/slot-marks.ts';
import { UnfoldedMap } from '../task/shards/map/unfolded-map.tsx';
import classes from './comparison.module.css';

const STEP_MS = 60_000;

/** In which of the 16,384 slots keys differ, once somebody asks for it; of servers that are no cluster as well. */
export function ComparedSlotMap(props: {
  readonly state: ComparisonState;
  readonly report: CompareReport;
}): ReactElement | null {
  if (!props.report.slots) return null;
  return <UnfoldedMap show="Show by slot">{() => <OpenMap {...props} />}</UnfoldedMap>;
}

function OpenMap({
  state,
  report,
}: {
  readonly state: ComparisonState;
  readonly report: CompareReport;
}): ReactElement {
  const nowMs = useNow(STEP_MS);
  const { between } = state;
  const source = useMemo(
    () => mapped(report.shards.source, 'Shard', 'Source', between?.source ?? ''),
    [report, between],
  );
  const target = useMemo(
    () => mapped(report.shards.target, 'Node', 'Target', between?.target ?? ''),
    [report, between],
  );
  const cells = useMemo(() => slotCells(source), [source]);
  const otherCells = useMemo(() => slotCells(target), [target]);
  const mark = differingMark(state, nowMs);
  const shown = { cells, otherCells, shards: source, marks: mark ? [mark] : [], words: WORDS };
  return (
    <div className={classes.slotMap}>
      <SlotMap {...shown} />
      <SlotLegend {...shown} />
    </div>
  );
}

const WORDS = {
  map: 'Slots in which keys differ',
  legend: 'Whose slots they are, and in which keys differ',
  nobody: 'A shard with many ranges of slots',
  other: 'on the target',
};

/** The shards of a side, or the one server that has all slots. Of a shard with many ranges only the first are known here. */
function mapped(shards: readonly ShardReport[], one: string, whole: string, at: string): MappedShard[] {
  if (shards.length === 0) return [{ part: 1, name: whole, slots: `0-${SLOT_COUNT - 1}`, at }];
  return shards.map(({ primary, slots }, i) => {
    const ranges = slotRanges(slots.replaceAll(' ', ''));
    return {
      part: i + 1,
      name: `${one} ${i + 1}`,
      slots: countOfSlots(ranges) === 0 ? '-' : ranges.map(({ first, last }) => `${first}-${last}`).join(','),
      at: primary,
    };
  });
}

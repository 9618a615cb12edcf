import type { LaneFigures } from '../../../shared/model/lane.ts';
import { slotRanges } from '../../../shared/model/slot-ranges.ts';
import { SlotSet } from '../router/slot-set.ts';

/** What several parts of a task write to each node, together; in the order of their slots. */
export function jointLanes(parts: readonly (readonly LaneFigures[])[]): LaneFigures[] {
  const byNode = new Map<string, LaneFigures[]>();
  for (const lane of parts.flat()) byNode.set(lane.at, [...(byNode.get(lane.at) ?? []), lane]);
  return [...byNode]
    .map(([at, lanes]) => ({
      slots: SlotSet.of(lanes.flatMap((lane) => slotRanges(lane.slots))),
      lane: {
        at,
        behindBytes: sum(lanes, ({ behindBytes }) => behindBytes),
        commands: sum(lanes, ({ commands }) => commands),
        commandsPerSecond: sum(lanes, ({ commandsPerSecond }) => commandsPerSecond),
        ...awayFor(lanes),
      },
    }))
    .toSorted((a, b) => firstOf(a.slots) - firstOf(b.slots))
    .map(({ lane, slots }) => ({ ...lane, slots: String(slots) }));
}

/** For one of them is enough; a command may wait for it in any. */
function awayFor(lanes: readonly LaneFigures[]): Pick<LaneFigures, 'away'> {
  const all = lanes.flatMap(({ away }) => away ?? []).toSorted((a, b) => a.sinceMs - b.sinceMs);
  const [first] = all;
  const heldUpBy = all.find((away) => away.heldUpBy !== '')?.heldUpBy ?? '';
  return first ? { away: { ...first, heldUpBy } } : {};
}

const sum = (lanes: readonly LaneFigures[], of: (lane: LaneFigures) => number): number =>
  lanes.reduce((total, lane) => total + of(lane), 0);

const firstOf = ({ ranges }: SlotSet): number => ranges[0]?.first ?? Infinity;

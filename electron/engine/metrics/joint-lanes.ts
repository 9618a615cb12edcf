import type { LaneFigures } from '../../../shared/model/lane.ts';
import { SlotSet } from '../router/slot-set.ts';

/** What several parts of a task write to each node, together; in the order of their slots. */
export function jointLanes(parts: readonly (readonly LaneFigures[])[]): LaneFigures[] {
  const joint = new Map<string, LaneFigures & { readonly sets: readonly SlotSet[] }>();
  for (const lane of parts.flat()) {
    const before = joint.get(lane.at);
    const sets = [...(before?.sets ?? []), SlotSet.parse(lane.slots) ?? SlotSet.of([])];
    joint.set(lane.at, {
      at: lane.at,
      slots: lane.slots,
      sets,
      behindBytes: (before?.behindBytes ?? 0) + lane.behindBytes,
      commands: (before?.commands ?? 0) + lane.commands,
      commandsPerSecond: (before?.commandsPerSecond ?? 0) + lane.commandsPerSecond,
    });
  }
  return [...joint.values()]
    .map(({ sets, ...lane }) => ({ lane, slots: SlotSet.of(sets.flatMap(({ ranges }) => ranges)) }))
    .toSorted((a, b) => firstOf(a.slots) - firstOf(b.slots))
    .map(({ lane, slots }) => ({ ...lane, slots: String(slots) }));
}

const firstOf = ({ ranges }: SlotSet): number => ranges[0]?.first ?? Infinity;

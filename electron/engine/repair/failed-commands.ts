import type { SlotSet } from '../router/slot-set.ts';
import type { FailedCommand } from '../writer/script/failed-command.ts';

/** A failed command, and an offset behind its beginning, up to which others are looked for that would fail as well. */
export interface NotedFailure extends FailedCommand {
  readonly until: number;
}

/** How far a lane is, and its slots. */
interface StandingLane {
  readonly offset: number;
  readonly slots: SlotSet;
}

/** Commands that lanes of a cluster stand in front of, until the keys of each are brought to the source's state. */
export class FailedCommands {
  private noted: readonly NotedFailure[] = [];

  note(failure: NotedFailure): void {
    const same = ({ before, slots }: NotedFailure): boolean =>
      before === failure.before && slots.equals(failure.slots);
    this.noted = [...this.noted.filter((one) => !same(one)), failure];
  }

  /** Those that lanes stand in front of as they are now. The others were mended, or a node went back: they fail again where they still do. */
  inFrontOf(lanes: readonly StandingLane[]): readonly NotedFailure[] {
    return (this.noted = this.noted.filter(({ slots, after, before }) =>
      lanes.some(({ offset, slots: its }) => offset >= after && offset < before && its.and(slots).size > 0),
    ));
  }
}

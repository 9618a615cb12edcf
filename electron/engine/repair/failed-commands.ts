import type { NamedKey } from './key-groups.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { FailedCommand } from '../writer/script/failed-command.ts';

/** A failed command, and an offset behind its beginning, up to which others are looked for that would fail as well. */
export interface NotedFailure extends FailedCommand {
  readonly until: number;
  /** Keys (latin1 text, by database) of which commands were left out when it failed, up to these offsets: it is none of those. */
  readonly leftOut: ReadonlyMap<number, ReadonlyMap<string, number>> | undefined;
}

/** Whether the command that ends there, and uses these keys, may be the one that has failed. */
export const mayBe = (
  { slots, after, leftOut }: Omit<NotedFailure, 'until'>,
  used: readonly NamedKey[],
  end: number,
): boolean =>
  end > after &&
  used.some(({ key }) => slots.hasKey(Buffer.from(key, 'latin1'))) &&
  !used.some(({ db, key }) => (leftOut?.get(db)?.get(key) ?? -1) >= end);

/** How far a lane is, and its slots. */
interface StandingLane {
  readonly offset: number;
  readonly slots: SlotSet;
}

/** Commands that lanes of a cluster stand in front of, until the keys of each are brought to the source's state. */
export class FailedCommands {
  private noted: readonly NotedFailure[] = [];

  note(failure: NotedFailure): void {
    const same = ({ before, slots, leftOut }: NotedFailure): boolean =>
      before === failure.before && leftOut === failure.leftOut && slots.equals(failure.slots);
    this.noted = [...this.noted.filter((one) => !same(one)), failure];
  }

  /** Those that lanes stand in front of as they are now. The others were mended, or a node went back: they fail again where they still do. */
  inFrontOf(lanes: readonly StandingLane[]): readonly NotedFailure[] {
    return (this.noted = this.noted.filter(({ slots, after, before }) =>
      lanes.some(({ offset, slots: its }) => offset >= after && offset < before && its.and(slots).size > 0),
    ));
  }
}

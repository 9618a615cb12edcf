import type { UnsettledSlots } from '../../../shared/model/unsettled-slots.ts';
import type { FoundCluster } from '../control/discover-cluster.ts';
import { unsettledSlots } from '../control/unsettled-slots.ts';
import type { TaskEvents } from '../events/task-events.ts';
import { unsettledIn } from '../source/source-cluster.ts';

/** Whether each slot of a source has one owner, which is the one that has it, as it was found last. */
export class UnsettledSource {
  private readonly events: TaskEvents;
  /** Why slots are nobody's, or not the one's that has them on the source; empty where that is so of none. */
  why = '';
  slots: UnsettledSlots | undefined;

  constructor(events: TaskEvents) {
    this.events = events;
  }

  /** @returns whether that is another than before */
  note(found: FoundCluster): boolean {
    const before = this.why;
    this.why = unsettledIn(found.topology);
    this.slots = unsettledSlots(found);
    if (before === this.why) return false;
    if (before === '')
      this.events.warning(
        `Slots of the source are being moved (${this.why}). The task goes on, and is in step again once each slot has one owner`,
        { code: 'SOURCE_SLOTS_MOVED' },
      );
    return true;
  }
}

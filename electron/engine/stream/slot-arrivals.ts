import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import type { KeptSets } from '../checkpoint/kept-sets.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { coded, controlError } from '../control/control-connection.ts';
import { isReplyError } from '../control/reply-error.ts';
import { NewCopyNeeded } from '../repair/give-up.ts';
import type { Arrival } from '../repair/repair-ground.ts';
import { countInSlots, namesStanding, type NamesBySlot } from '../repair/slot-keys.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { Servers } from '../target/servers.ts';
import { usesSeveral } from '../source/source-databases.ts';

/** So many keys are brought at once, on either side: a repair reads them whole, and holds them. */
const KEYS_AT_ONCE = 5000;
/** More in all are copied with their shard. */
const MOST_KEYS = 200_000;

/** What is to be done about slots that have come to a shard of the source, and that its part does not vouch for yet. */
export type NextArrival =
  | { readonly kind: 'none' }
  | { readonly kind: 'bring'; readonly arrival: Arrival }
  | { readonly kind: 'new-copy'; readonly reason: string };

/** Which of these slots are brought next: as many as a repair can take. */
export class SlotArrivals {
  private readonly servers: Servers;
  private readonly wanted: SlotSet;
  private readonly databases: DatabaseChoice;
  /** As it was found. Nobody writes to slots that no part vouches for but who brings them. */
  private standing: { readonly slots: SlotSet; readonly names: NamesBySlot } | undefined;
  private keysAtOnce = KEYS_AT_ONCE;

  /** `wanted`: all slots that the part is to have. */
  constructor(servers: Servers, wanted: SlotSet, databases: DatabaseChoice) {
    this.servers = servers;
    this.wanted = wanted;
    this.databases = databases;
  }

  /**
   * `have`: what the part vouches for; `kept`: the target's own keys, which stay where the source has none of their names.
   * @throws LockstepError
   */
  async next(have: SlotSet, kept: KeptSets | undefined): Promise<NextArrival> {
    const missing = this.wanted.without(have);
    if (missing.size === 0) return { kind: 'none' };
    if (await this.inSeveral())
      return {
        kind: 'new-copy',
        reason: reasonOf(missing, 'it uses several databases'),
      };
    try {
      const counts = await this.count(missing);
      const standing = await this.stand(missing, kept);
      const keysIn = (slot: number): number =>
        Math.max(counts.get(slot) ?? 0, standing.get(slot)?.length ?? 0);
      const slots = this.choose(missing, keysIn);
      const names = [...standing].flatMap(([slot, there]) => (slots.has(slot) ? there : []));
      return { kind: 'bring', arrival: { slots, standing: names } };
    } catch (error) {
      if (!(error instanceof NewCopyNeeded)) throw error;
      return { kind: 'new-copy', reason: reasonOf(missing, error.message) };
    }
  }

  /** What stands on the target may be other than it was found: a round has been cut off, or the target is another. */
  forget(): void {
    this.standing = undefined;
  }

  /** They were more than can be read at once. @returns false when they were those of one slot */
  fewer({ slots }: Arrival): boolean {
    this.keysAtOnce = Math.max(1, Math.floor(this.keysAtOnce / 4));
    return slots.size > 1;
  }

  /** What slots hold is told of one database alone. */
  private async inSeveral(): Promise<boolean> {
    const { servers, databases } = this;
    const source = await servers.openSource();
    const targets = await servers.targets();
    const { valkeyVersion } = servers.facts.source;
    return usesSeveral(valkeyVersion, source, targets, databases);
  }

  private async count(missing: SlotSet): Promise<ReadonlyMap<number, number>> {
    const source = await this.servers.openSource();
    const counts = await countInSlots(source, missing).catch((error: unknown) => {
      if (!isReplyError(error)) throw controlError('source', this.servers.at.source, error);
      throw new NewCopyNeeded(`it does not tell what they hold (${error.message.slice(0, 100)})`);
    });
    const all = [...counts.values()].reduce((sum, keys) => sum + keys, 0);
    if (all > MOST_KEYS) throw new NewCopyNeeded(`they hold ${all} keys`);
    return counts;
  }

  private async stand(missing: SlotSet, kept: KeptSets | undefined): Promise<NamesBySlot> {
    const { servers } = this;
    const redis = await servers.openTarget();
    // A target that went back to an earlier state may lack more than before.
    if (!this.standing?.slots.includes(missing)) {
      const names = await coded('target', servers.at.target, () =>
        namesStanding(
          { redis, db: this.databases.targetDb(CHECKPOINT_DB), nodes: servers.cluster?.nodes, kept },
          missing,
          MOST_KEYS,
        ),
      );
      this.standing = { slots: missing, names };
    }
    return this.standing.names;
  }

  /** At least one; one that holds more than can be read at once comes by itself. */
  private choose(missing: SlotSet, keysIn: (slot: number) => number): SlotSet {
    let keys = 0;
    let slots = 0;
    let full = false;
    return SlotSet.where((slot) => {
      if (full || !missing.has(slot)) return false;
      const more = keysIn(slot);
      if (slots > 0 && keys + more > this.keysAtOnce) {
        full = true;
        return false;
      }
      keys += more;
      slots += 1;
      return true;
    });
  }
}

/** Why the shard is copied anew instead. */
export const reasonOf = (slots: SlotSet, why: string): string =>
  `slots ${describeSlots(slots.ranges)} have come to this shard of the source, and ${why}`;

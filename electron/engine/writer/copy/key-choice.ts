import { isOwnKey } from '../../commands/own-keys.ts';
import type { DatabaseChoice } from '../../commands/database-choice.ts';
import { NO_EXPIRY } from '../../protocol/rdb/events.ts';
import { keySlot } from '../../router/key-slot.ts';
import type { SlotSet } from '../../router/slot-set.ts';

export interface KeyChoiceOptions {
  readonly databases: DatabaseChoice;
  /** Keys of other slots are another part's; undefined for a task that takes all keys of its source. */
  readonly slots?: SlotSet | undefined;
  /** A stream follows the snapshot. */
  readonly follows: boolean;
  /**
   * The source is a primary, so its clock decided what had expired when the snapshot was taken. On a replica keys look expired
   * while commands that extend them are on their way.
   */
  readonly primaryClock: boolean;
  /** When the copy began: what has expired by then is left out where no stream follows. */
  readonly beganAtMs: number;
}

export type Chosen = 'taken' | 'expired' | 'skipped';

/**
 * Which keys of a snapshot are carried. Whoever reads the same snapshot twice chooses the same ones: the names that are to stay
 * on the target, and the values that are written.
 */
export class KeyChoice {
  private readonly options: KeyChoiceOptions;
  private taken = true;
  /** The present database, by its number on the target. */
  db: number;
  /** Of the key that was chosen last, where its slot decides; -1 else. */
  slot = -1;
  /** When the snapshot was taken, by the source's clock. */
  takenAtMs = 0;

  constructor(options: KeyChoiceOptions) {
    this.options = options;
    this.db = options.databases.targetDb(0);
  }

  selectDb(db: number): void {
    const { databases } = this.options;
    this.db = databases.targetDb(db);
    this.taken = databases.includes(this.db);
  }

  /** The present database as the source calls it. */
  get sourceDb(): number {
    return this.options.databases.sourceDb(this.db);
  }

  /** Whether the present database is one of the task's. */
  get databaseTaken(): boolean {
    return this.taken;
  }

  choose(keyBuf: Buffer, from: number, to: number, expireAtMs: number): Chosen {
    const { slots } = this.options;
    if (!this.taken || isOwnKey(keyBuf, from, to)) return 'skipped';
    if (slots) {
      this.slot = keySlot(keyBuf, from, to);
      if (!slots.has(this.slot)) return 'skipped';
    }
    if (expireAtMs === NO_EXPIRY) return 'taken';
    // What had expired when the snapshot was taken is dead for every command after it.
    const { follows, primaryClock, beganAtMs } = this.options;
    if (follows && !primaryClock) return 'taken';
    return expireAtMs <= (follows ? this.takenAtMs : beganAtMs) ? 'expired' : 'taken';
  }
}

import type { Keyspace } from './keyspace.ts';
import { ServerModel } from './server-model.ts';

const SAVE_EVERY_MS = 250;
const MOST_SAVES = 12;

/** A target: it can be killed, and come back with what it had written to disk by then. */
export class TargetModel extends ServerModel {
  private readonly saves: Keyspace[] = [];

  startSaving(): void {
    this.scheduler.after(SAVE_EVERY_MS, () => {
      if (this.listening) this.saves.push(this.keyspace.clone());
      if (this.saves.length > MOST_SAVES) this.saves.shift();
      this.startSaving();
    });
  }

  /** Comes back with a save of this many quarters of a second ago; 0 is all that it answered. */
  restart(savesBack: number): void {
    const back = Math.min(savesBack, this.saves.length);
    const save = back === 0 ? this.keyspace : this.saves[this.saves.length - back]!;
    if (back > 0) this.saves.length -= back;
    this.begin(save.clone());
  }

  /** Somebody empties it. */
  empty(): void {
    this.keyspace.databases.clear();
    this.saves.length = 0;
  }
}

import type { Keyspace } from './keyspace.ts';
import type { InfoSections } from './server-info.ts';
import { ServerModel } from './server-model.ts';

const SAVE_EVERY_MS = 250;
const MOST_SAVES = 12;

/** How many steps back a replica may stand that is promoted, and how many lie between two of them. */
const MOST_BEHIND = 12;
const STANDING_EVERY = 3;

const NO_HISTORY = '0'.repeat(40);

/** A target: it can be killed, and come back with what it had written to disk by then. */
export class TargetModel extends ServerModel {
  private readonly saves: Keyspace[] = [];
  /** Of a node of a cluster: what its replica has, from the oldest on. */
  private readonly replica: Keyspace[] = [];
  private steps = 0;
  /** The history before it took another's place. */
  private earlierReplid = NO_HISTORY;
  /** Something was written, by one command or one transaction. */
  onStep: () => void = () => undefined;

  startSaving(): void {
    this.scheduler.after(SAVE_EVERY_MS, () => {
      if (this.listening) this.saves.push(this.keyspace.standing());
      if (this.saves.length > MOST_SAVES) this.saves.shift();
      this.startSaving();
    });
  }

  /** Comes back with a save of this many quarters of a second ago; 0 is all that it answered. */
  restart(savesBack: number): void {
    const back = Math.min(savesBack, this.saves.length);
    const save = back === 0 ? this.keyspace : this.saves[this.saves.length - back]!;
    if (back > 0) this.saves.length -= back;
    this.replica.length = 0;
    this.begin(save.clone());
  }

  /** Its replica takes its place, with the data as it stood some steps ago. @returns how many it may lack at the most */
  failOver(stepsBack: number): number {
    const standing = [this.keyspace, ...this.replica.toReversed()];
    const back = Math.min(stepsBack, standing.length - 1);
    const keyspace = standing[back]!.clone();
    this.replica.length = 0;
    this.saves.length = 0;
    this.earlierReplid = this.random.id();
    this.begin(keyspace);
    return back * STANDING_EVERY;
  }

  protected override infoSections(): InfoSections {
    return { ...super.infoSections(), replication: () => this.replication() };
  }

  private replication(): string {
    const fields = ['# Replication', 'role:master', `master_replid:${NO_HISTORY}`];
    return `${[...fields, `master_replid2:${this.earlierReplid}`].join('\r\n')}\r\n`;
  }

  protected override propagate(): void {
    this.steps += 1;
    this.onStep();
    if (!this.seat || this.steps % STANDING_EVERY !== 0) return;
    this.replica.push(this.keyspace.standing());
    if (this.replica.length > MOST_BEHIND) this.replica.shift();
  }

  protected override waited(): number {
    this.replica.length = 0;
    return this.seat ? 1 : 0;
  }

  /** Somebody empties it. */
  empty(): void {
    this.replica.length = 0;
    this.keyspace.clear();
    this.saves.length = 0;
  }
}

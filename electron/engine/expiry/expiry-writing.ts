import {
  keepsExpired,
  leastBound,
  writtenBound,
  type ExpiryState,
} from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { boundMs } from './hold-expiry.ts';
import type { Deadline } from './deadline.ts';
import type { Lateness } from './late-expiry.ts';

/** How late the stream writes expiry, and what its checkpoints say of it: the two change together, between two batches. */
export class ExpiryWriting {
  private readonly lateness: Lateness;
  private state: ExpiryState;
  private epoch: number;
  private wanted: { readonly state: ExpiryState; readonly end: (turned: boolean) => void } | undefined;
  private ended = false;
  /** No checkpoint stands yet that says what is written. */
  unsaid = false;

  constructor({ expiry, epoch }: Checkpoint, lateness: Lateness) {
    this.state = expiry;
    this.epoch = epoch;
    this.lateness = lateness;
  }

  /** A change was asked for, or no checkpoint stands yet that says it. */
  get turning(): boolean {
    return this.wanted !== undefined || this.unsaid;
  }

  /** One at a time. @returns true once a checkpoint with this state stands, false when the run ends before */
  turn(state: ExpiryState): Promise<boolean> {
    if (this.ended) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.wanted = { state, end: resolve };
    });
  }

  /** Begins what was asked for. Only between two batches. */
  take(): void {
    if (!this.wanted || this.unsaid) return;
    this.state = this.wanted.state;
    this.epoch += 1;
    this.unsaid = true;
    this.lateness.bound = writtenBound(this.state);
  }

  /** For the checkpoint of the batch that is closed now. A walk of an earlier epoch changes nothing from there on. */
  get noted(): Pick<Checkpoint, 'expiry' | 'epoch'> {
    return { expiry: this.state, epoch: this.epoch };
  }

  /**
   * When, by the target's clock, a key may be gone that the batch that is closed now uses. `sinceMs`: the source ran nothing of it
   * before; 0 when that is not known.
   */
  deadline(sinceMs: number): Deadline {
    if (keepsExpired(this.state)) return 'kept';
    return sinceMs > 0 ? sinceMs + boundMs(leastBound(this.state), this.lateness) : 0;
  }

  committed({ epoch }: Pick<Checkpoint, 'epoch'>): void {
    if (!this.unsaid || epoch !== this.epoch) return;
    this.unsaid = false;
    const { wanted } = this;
    this.wanted = undefined;
    wanted?.end(true);
  }

  stop(): void {
    this.ended = true;
    this.wanted?.end(false);
    this.wanted = undefined;
  }
}

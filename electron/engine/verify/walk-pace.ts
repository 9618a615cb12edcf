import { sleep, type Clock } from '../world/clock.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

/** How fast keys are to be walked. Whoever has asked for the walk may change it at any moment. */
export interface PaceWish {
  /** 0 is without limit. */
  maxKeysPerSecond: number;
  paused: boolean;
}

export interface WalkPaceOptions {
  /** Without one it goes as fast as the servers do. */
  readonly wish: PaceWish | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Has all servers say something: many close a connection that is silent for minutes. */
  readonly ping: () => Promise<unknown>;
}

/** After so long a change of the wish is seen. */
const LOOK_EVERY_MS = 200;
const PING_EVERY_MS = 20_000;
/** With a limit a page is asked for about so often, of as few keys as it takes, but of no fewer than these. */
const PAGES_PER_SECOND = 5;
const LEAST_PAGE = 10;

/** Has all walks of a comparison wait, together, as its pace wants it. */
export class WalkPace {
  private readonly options: WalkPaceOptions;
  /** Keys that were walked, and for which the time has not passed yet. */
  private owedKeys = 0;
  private lastMs: number;
  private pingedMs: number;

  constructor(options: WalkPaceOptions) {
    this.options = options;
    this.lastMs = this.pingedMs = options.clock.monotonicMs();
  }

  /** How many keys are asked for at once, where it would be so many without a limit. */
  pageCount(count: number): number {
    const limit = this.options.wish?.maxKeysPerSecond ?? 0;
    return limit === 0 ? count : Math.min(count, Math.max(LEAST_PAGE, Math.ceil(limit / PAGES_PER_SECOND)));
  }

  /** So many keys were walked: waits until it may go on. @throws LockstepError INTERRUPTED when the signal is aborted; what `ping` throws */
  async took(keys: number): Promise<void> {
    const { clock, signal } = this.options;
    // What has passed until now is not for these.
    this.waitMs();
    this.owedKeys += keys;
    for (let waitMs = this.waitMs(); waitMs > 0; waitMs = this.waitMs()) {
      await sleep(clock, Math.min(waitMs, LOOK_EVERY_MS));
      throwIfAborted(signal);
      await this.pingNowAndThen();
    }
  }

  private waitMs(): number {
    const { wish, clock } = this.options;
    const limit = wish?.maxKeysPerSecond ?? 0;
    const nowMs = clock.monotonicMs();
    const passedMs = nowMs - this.lastMs;
    this.lastMs = nowMs;
    if (wish?.paused) return LOOK_EVERY_MS;
    this.owedKeys = limit === 0 ? 0 : Math.max(0, this.owedKeys - (passedMs * limit) / 1000);
    return limit === 0 ? 0 : (this.owedKeys * 1000) / limit;
  }

  private async pingNowAndThen(): Promise<void> {
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs - this.pingedMs < PING_EVERY_MS) return;
    this.pingedMs = nowMs;
    await this.options.ping();
  }
}

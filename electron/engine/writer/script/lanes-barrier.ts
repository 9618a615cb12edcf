import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import type { StandingLanes } from './crossing.ts';
import type { LaneWriter } from './lane-writer.ts';

export interface LanesBarrierOptions {
  readonly lanes: readonly LaneWriter[];
  /** Nothing may be written any more: what is done beside the connections may come to its end after them. */
  readonly isClosed: () => boolean;
  /** What was run is done, and the lanes may go on. */
  readonly onPassed: () => void;
  readonly onError: (error: LockstepError) => void;
}

/** What is done while all lanes stand still, one at a time. */
export class LanesBarrier {
  private readonly options: LanesBarrierOptions;
  private readonly standing: StandingLanes;
  private run: ((lanes: StandingLanes) => Promise<void>) | undefined;
  private running = false;

  constructor(options: LanesBarrierOptions) {
    const { lanes, isClosed } = options;
    this.options = options;
    this.standing = {
      offsetOf: (lane) => lanes[lane]!.answered,
      run: async (lane, commands, end) => {
        if (isClosed()) throw new LockstepError('TARGET_LINK_LOST', 'it was closed meanwhile');
        await lanes[lane]!.run(commands, end);
      },
    };
  }

  /** Lanes wait for it, or it for them. */
  get standsInTheWay(): boolean {
    return this.run !== undefined;
  }

  /** Runs this once every lane has all that is before `offset`, and stands still. */
  raise(offset: number, run: (lanes: StandingLanes) => Promise<void>): void {
    this.run = run;
    for (const lane of this.options.lanes) lane.close(offset);
    this.check();
  }

  /** Lanes have answered. */
  check(): void {
    const { run, running, options } = this;
    if (run && !running && options.lanes.every(({ still }) => still)) void this.begin(run);
  }

  private async begin(run: (lanes: StandingLanes) => Promise<void>): Promise<void> {
    const { isClosed, onPassed, onError } = this.options;
    this.running = true;
    try {
      await run(this.standing);
    } catch (error) {
      return onError(asLockstepError(error));
    }
    this.running = false;
    this.run = undefined;
    if (!isClosed()) onPassed();
  }
}

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

/** What is done while lanes stand still, one at a time. Those of nodes that are away are waited for where they are concerned. */
export class LanesBarrier {
  private readonly options: LanesBarrierOptions;
  private readonly standing: StandingLanes;
  private run: ((lanes: StandingLanes) => Promise<void>) | undefined;
  private concerned: ReadonlySet<number> | 'all' = 'all';
  /** Something is being done. */
  running = false;

  constructor(options: LanesBarrierOptions) {
    const { lanes, isClosed } = options;
    this.options = options;
    this.standing = {
      offsetOf: (lane) => lanes[lane]!.answered,
      run: async (lane, commands, end, db) => {
        if (isClosed()) throw new LockstepError('TARGET_LINK_LOST', 'it was closed meanwhile');
        await lanes[lane]!.run(commands, end, db);
      },
    };
  }

  /** Lanes wait for it, or it for them. */
  get standsInTheWay(): boolean {
    return this.run !== undefined;
  }

  /** It waits for lanes whose nodes are away. */
  get heldUp(): boolean {
    return (
      this.run !== undefined &&
      !this.running &&
      this.options.lanes.some(({ away }, lane) => away && this.concerns(lane))
    );
  }

  /** Runs this once every lane has all that is before `offset`, and stands still. `concerned`: those that are read or written. */
  raise(
    offset: number,
    concerned: ReadonlySet<number> | 'all',
    run: (lanes: StandingLanes) => Promise<void>,
  ): void {
    this.run = run;
    this.concerned = concerned;
    for (const lane of this.options.lanes) lane.close(offset);
    this.check();
  }

  /** Lanes have answered. */
  check(): void {
    const { run, running, options } = this;
    const ready = options.lanes.every(({ still, away }, lane) => still || (away && !this.concerns(lane)));
    if (run && !running && ready) void this.begin(run);
  }

  private concerns(lane: number): boolean {
    return this.concerned === 'all' || this.concerned.has(lane);
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

import type { LaneFigures } from '../../../shared/model/lane.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { RateMeter } from './rate-meter.ts';

/** How far one node of a target is. */
export interface LaneStanding {
  /** `host:port` */
  readonly at: string;
  readonly slots: SlotSet;
  /** What it has answered for. */
  readonly offset: number;
  /** Given to it since the stream was last taken up. */
  readonly commands: number;
  /** Its node is away, and the others go on. */
  readonly away?: LaneFigures['away'];
}

/** Makes figures of how far the nodes of a target are. */
export class LaneMeter {
  private rates = new Map<string, RateMeter>();

  /** `behindBytes`: of what stands at an offset. */
  figures(
    lanes: readonly LaneStanding[],
    behindBytes: (offset: number) => number,
    nowMs: number,
  ): LaneFigures[] {
    const present = new Map<string, RateMeter>();
    const figures = lanes.map(({ at, slots, offset, commands, away }) => {
      const rate = this.rates.get(at) ?? new RateMeter();
      present.set(at, rate);
      return {
        at,
        slots: String(slots),
        behindBytes: behindBytes(offset),
        commands,
        commandsPerSecond: rate.perSecond(commands, nowMs),
        ...(away && { away }),
      };
    });
    this.rates = present;
    return figures;
  }
}

import { leastBound, type ExpiryState } from '../../../shared/model/expiry-machine.ts';

/** Past this part of the small bound a target is brought to the long one. */
export const LAGGING_SHARE = 1 / 3;
/** Within this part of it a target counts as in step. */
const CALM_SHARE = 1 / 4;
/** For so long it has to be in step before its times are brought to the small bound … */
const FIRST_CALM_MS = 5_000;
/** … and twice as long after each time that it fell behind: a change of the bound walks over every key that expires. */
const LONGEST_CALM_MS = 600_000;

/** What the choice of the bound rests on. */
export interface ExpiryOutlook {
  readonly state: ExpiryState;
  readonly smallMs: number;
  /** How long ago, by the target's clock, the source ran what the target applies next, at the most. */
  readonly lagMs: number;
  /** Nothing is to be applied for a while. */
  readonly paused: boolean;
  /** The lag is known: the source is a primary that tells its time, and the target finds out what comes late. */
  readonly certain: boolean;
}

/** Decides when a target that is followed turns from the long bound to the small one, and back. */
export class ExpiryTurns {
  private calmSinceMs: number | undefined;
  private calmMs = FIRST_CALM_MS;

  /** @returns what the expiry machine is told now, if anything; `nowMs` of any clock that only rises */
  next(
    { state, smallMs, lagMs, paused, certain }: ExpiryOutlook,
    nowMs: number,
  ): 'in-step' | 'lagging' | undefined {
    const calm = certain && !paused && lagMs <= smallMs * CALM_SHARE;
    if (!calm) this.calmSinceMs = undefined;
    else this.calmSinceMs ??= nowMs;
    if (leastBound(state) === 'small') {
      // One that was on its way to the long bound goes there: its keys bear either.
      if (state === 'lengthening' || !certain || paused || lagMs > smallMs * LAGGING_SHARE) return 'lagging';
      return undefined;
    }
    const steady = this.calmSinceMs !== undefined && nowMs - this.calmSinceMs >= this.calmMs;
    return state === 'long' && steady ? 'in-step' : undefined;
  }

  /** The target fell behind. */
  fellBehind(): void {
    this.calmSinceMs = undefined;
    this.calmMs = Math.min(2 * this.calmMs, LONGEST_CALM_MS);
  }
}

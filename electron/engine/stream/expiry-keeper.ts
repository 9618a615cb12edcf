import {
  keepsExpired,
  nextExpiryState,
  walks,
  writtenBound,
  type ExpiryState,
} from '../../../shared/model/expiry-machine.ts';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import type { Bound } from '../../../shared/model/lateness.ts';
import { coded } from '../control/control-connection.ts';
import { LOOK_SHARE } from '../expiry/hold-expiry.ts';
import { walkExpiry, type WalkResult } from '../expiry/expiry-walk.ts';
import { ExpiryTurns } from '../expiry/expiry-turns.ts';
import type { StreamRun } from './stream-run.ts';
import type { TargetGround } from '../target/target-ground.ts';
import type { Clock, Timer } from '../world/clock.ts';

const LOOK_EVERY_MS = 1000;
/** A walk that failed is tried again this much later: there is half of the long bound left to do it in. */
const AGAIN_MS = 60_000;
/** A run that has just begun may walk anyway, to the small bound. */
const FIRST_FAR_MS = 60_000;
/** A stream that stood still for a walk in vain goes on for this long at least. */
const STAND_AGAIN_MS = 5000;
/** Keys can be renamed past a walk; ever fewer that it has not seen are left to be. */
const MOST_WALKS = 5;

/**
 * Keeps the expiry of a target that is followed as late as it has to be, and no later: small while in step, long while not.
 *
 * - Long to small: what is written from the next batch on is small; a walk brings the rest, page by page, while the stream
 *   goes on, and another one what was renamed past it.
 * - Small to long: the stream stands still until a walk has seen every key, so that none is renamed past it.
 * - Times further away than the long bound are written exact. Now and then every key is looked at, and what has come within
 *   the bound by then becomes late.
 *
 * Each change raises the epoch in the checkpoint: a page of an earlier walk that comes late changes nothing more.
 */
export class ExpiryKeeper {
  private readonly ground: TargetGround;
  private readonly onMoved: (error: LockstepError) => void;
  private readonly turns = new ExpiryTurns();
  private readonly clock: Clock;
  private timer: Timer | undefined;
  private run: StreamRun | undefined;
  private working = false;
  /** Ends the walk that is under way. */
  private unwanted = false;
  private farDueAtMs: number;
  private walkBeganAtMs = 0;
  private notBeforeMs = 0;
  private standAgainAtMs = 0;
  /** The walk that was tried last has failed. */
  private failing = false;
  /** Values have been written with the long bound, whatever the state was by then. */
  private repaired = false;

  /** `onMoved`: slots of a target were moved since its lanes were fenced, and no walk is made there as they are. */
  constructor(ground: TargetGround, onMoved: (error: LockstepError) => void) {
    this.ground = ground;
    this.onMoved = onMoved;
    this.clock = ground.world.clock;
    this.farDueAtMs = this.clock.monotonicMs() + FIRST_FAR_MS;
  }

  /** The stream is applied by this run from here on. */
  begin(run: StreamRun): void {
    this.stop();
    this.run = run;
    this.repaired ||= run.repairing;
    // Without scripts every time is late, however far it is away, and no walk can be made beside the stream.
    if (!this.ground.servers.facts.target.abilities.scripts) return;
    this.timer = this.clock.setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** A batch came later than its keys were held for. */
  overtaken(): void {
    this.turns.fellBehind();
  }

  stop(): void {
    this.clock.clear(this.timer);
    this.unwanted = true;
    this.run = undefined;
  }

  private look(): void {
    const { run } = this;
    // While nodes are away no change gets to all of them; the others come late at their own risk, which their batches tell.
    if (!run || run.repairing || run.partial || keepsExpired(run.standing.expiry)) return;
    const { pace } = this.ground;
    const { expiry: state, amounts } = run.standing;
    const outlook = {
      state,
      smallMs: amounts.smallMs,
      lagMs: run.lagMs,
      paused: pace.paused,
      certain: run.certain,
    };
    const nowMs = this.clock.monotonicMs();
    const told = this.turns.next(outlook, nowMs);
    if (this.working) {
      // Whatever walk is under way is for a target in step.
      if (told === 'lagging' && state !== 'lengthening') this.unwanted = true;
    } else if (told === 'lagging') {
      if (nowMs >= this.standAgainAtMs) void this.work(run, () => this.lengthen(run));
    } else if (nowMs >= this.notBeforeMs) {
      if (told === 'in-step' || state === 'shortening') void this.work(run, () => this.shorten(run));
      else if (!walks(state) && this.farDue(state)) void this.work(run, () => this.bringNear(run));
    }
  }

  private async work(run: StreamRun, task: () => Promise<void>): Promise<void> {
    this.working = true;
    this.unwanted = false;
    try {
      await task();
      this.failing = false;
    } catch (error) {
      this.notBeforeMs = this.clock.monotonicMs() + AGAIN_MS;
      this.standAgainAtMs = this.clock.monotonicMs() + STAND_AGAIN_MS;
      const known = asLockstepError(error);
      // A run that has ended, or was passed over, has told so itself.
      if (this.run === run && known.code === 'TARGET_SLOTS_MOVED') this.onMoved(known);
      else if (this.run === run && !this.failing)
        this.ground.events.warning(`Expiry on the target could not be looked after (${known.message})`);
      this.failing = true;
    } finally {
      run.stand(false);
      this.working = false;
    }
  }

  private async shorten(run: StreamRun): Promise<void> {
    if (!(await this.turn(run, 'in-step'))) return;
    for (let nth = 0; nth < MOST_WALKS; nth++) {
      const { whole, keys } = await this.walk(run, 'small', true);
      if (!whole) return;
      if (keys === 0) break;
    }
    if (!(await this.turn(run, 'walked'))) return;
    this.seen(run);
    const { smallMs } = run.standing.amounts;
    this.ground.events.info(`Expiry on the target is at most ${formatDuration(smallMs)} late now`);
  }

  private async lengthen(run: StreamRun): Promise<void> {
    this.turns.fellBehind();
    const { longMs } = run.standing.amounts;
    run.stand(true);
    if (!(await this.turn(run, 'lagging'))) return;
    if (!(await this.walk(run, 'long', false)).whole || !(await this.turn(run, 'walked'))) return;
    this.seen(run);
    this.ground.events.info(
      `Expiry on the target is up to ${formatDuration(longMs)} late until the task is in step again`,
    );
  }

  private async bringNear(run: StreamRun): Promise<void> {
    if ((await this.walk(run, writtenBound(run.standing.expiry), true)).whole) this.seen(run);
  }

  /** Every key bears what it has to; those that are further away come nearer from here on. */
  private seen(run: StreamRun): void {
    this.repaired = false;
    this.farDueAtMs = this.walkBeganAtMs + run.standing.amounts.longMs * LOOK_SHARE;
  }

  private farDue(state: ExpiryState): boolean {
    return (this.repaired && state === 'small') || this.clock.monotonicMs() > this.farDueAtMs;
  }

  private turn(run: StreamRun, event: 'in-step' | 'lagging' | 'walked'): Promise<boolean> {
    return run.turnExpiry(nextExpiryState(run.standing.expiry, event));
  }

  private async walk(run: StreamRun, bound: Bound, paced: boolean): Promise<WalkResult> {
    const { spec, servers, databases } = this.ground;
    const redis = await servers.openTargetApart();
    this.walkBeganAtMs = this.clock.monotonicMs();
    try {
      return await coded('target', servers.at.target, async () =>
        walkExpiry({
          ...{
            clock: this.clock,
            nodes: await servers.guarded(redis, run.standing),
            task: spec.task,
            checkpoint: run.standing,
            databases,
            scripts: true,
            bound,
            paced,
          },
          wanted: () => this.run === run && !this.unwanted,
        }),
      );
    } finally {
      redis.disconnect();
    }
  }
}

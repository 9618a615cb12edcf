import { nextExpiryState, walks, writtenBound } from '../../../shared/model/expiry-machine.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import type { Bound } from '../../../shared/model/lateness.ts';
import { walkExpiry } from '../expiry/expiry-walk.ts';
import { ExpiryTurns } from '../expiry/expiry-turns.ts';
import type { StreamRun } from './stream-run.ts';
import type { TargetGround } from './target-ground.ts';

const LOOK_EVERY_MS = 1000;
/** A walk that failed is tried again this much later: there is half of the long bound left to do it in. */
const AGAIN_MS = 60_000;
/** Of the long bound: so often what is further away is looked at, since it comes nearer. */
const FAR_SHARE = 1 / 4;
/** A run that has just begun may walk anyway, to the small bound. */
const FIRST_FAR_MS = 60_000;

/**
 * Keeps the expiry of a target that is followed as late as it has to be, and no later: small while in step, long while not.
 *
 * - Long to small: what is written from the next batch on is small; a walk brings the rest, page by page, while the stream
 *   goes on.
 * - Small to long: the stream stands still until a walk has seen every key, so that none is renamed past it.
 * - Times further away than the long bound are written exact. Now and then every key is looked at, and what has come within
 *   the bound by then becomes late.
 *
 * Each change raises the epoch in the checkpoint: a page of an earlier walk that comes late changes nothing more.
 */
export class ExpiryKeeper {
  private readonly ground: TargetGround;
  private readonly turns = new ExpiryTurns();
  private timer: NodeJS.Timeout | undefined;
  private run: StreamRun | undefined;
  private working = false;
  /** Ends the walk that is under way. */
  private unwanted = false;
  private farWalkedAtMs: number | undefined;
  private readonly beganAtMs = performance.now();
  private notBeforeMs = 0;

  constructor(ground: TargetGround) {
    this.ground = ground;
  }

  /** The stream is applied by this run from here on. */
  begin(run: StreamRun): void {
    this.stop();
    this.run = run;
    // Without scripts every time is late, however far it is away, and no walk can be made beside the stream.
    if (!this.ground.servers.facts.target.abilities.scripts) return;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.unwanted = true;
    this.run = undefined;
  }

  private look(): void {
    const { run } = this;
    if (!run || run.repairing) return;
    const { pace } = this.ground;
    const { expiry: state, amounts } = run.standing;
    const outlook = {
      state,
      smallMs: amounts.smallMs,
      lagMs: run.lagMs,
      paused: pace.paused,
      certain: run.certain,
    };
    const told = this.turns.next(outlook, performance.now());
    if (this.working) {
      // Whatever walk is under way is for a target in step.
      if (told === 'lagging' && state !== 'lengthening') this.unwanted = true;
      return;
    }
    if (told === 'lagging') void this.work(run, () => this.lengthen(run));
    else if (performance.now() < this.notBeforeMs) return;
    else if (told === 'in-step' || state === 'shortening') void this.work(run, () => this.shorten(run));
    else if (!walks(state) && this.farDue(amounts.longMs)) void this.work(run, () => this.bringNear(run));
  }

  private async work(run: StreamRun, task: () => Promise<void>): Promise<void> {
    this.working = true;
    this.unwanted = false;
    try {
      await task();
    } catch (error) {
      this.notBeforeMs = performance.now() + AGAIN_MS;
      const fact = error instanceof LockstepError ? error.message : String(error);
      // A run that has ended, or was passed over, has told so itself.
      if (this.run === run)
        this.ground.events.warning(`Expiry on the target could not be looked after (${fact})`);
    } finally {
      run.stand(false);
      this.working = false;
    }
  }

  private async shorten(run: StreamRun): Promise<void> {
    if (!(await this.turn(run, 'in-step'))) return;
    if (!(await this.walk(run, 'small', true)) || !(await this.turn(run, 'walked'))) return;
    this.farWalkedAtMs = performance.now();
    const { smallMs } = run.standing.amounts;
    this.ground.events.info(`Expiry on the target is at most ${formatDuration(smallMs)} late now`);
  }

  private async lengthen(run: StreamRun): Promise<void> {
    this.turns.fellBehind();
    const { longMs } = run.standing.amounts;
    run.stand(true);
    if (!(await this.turn(run, 'lagging'))) return;
    if (!(await this.walk(run, 'long', false)) || !(await this.turn(run, 'walked'))) return;
    this.farWalkedAtMs = performance.now();
    this.ground.events.info(
      `Expiry on the target is up to ${formatDuration(longMs)} late until the task is in step again`,
    );
  }

  private async bringNear(run: StreamRun): Promise<void> {
    const beganAtMs = performance.now();
    if (await this.walk(run, writtenBound(run.standing.expiry), true)) this.farWalkedAtMs = beganAtMs;
  }

  private farDue(longMs: number): boolean {
    const nowMs = performance.now();
    if (this.farWalkedAtMs === undefined) return nowMs - this.beganAtMs > FIRST_FAR_MS;
    return nowMs - this.farWalkedAtMs > longMs * FAR_SHARE;
  }

  private turn(run: StreamRun, event: 'in-step' | 'lagging' | 'walked'): Promise<boolean> {
    return run.turnExpiry(nextExpiryState(run.standing.expiry, event));
  }

  /** @returns whether every key was seen */
  private async walk(run: StreamRun, bound: Bound, paced: boolean): Promise<boolean> {
    const { spec, servers, databases } = this.ground;
    const redis = await servers.openTargetApart();
    try {
      const { whole } = await walkExpiry({
        ...{ redis, task: spec.task, checkpoint: run.standing, databases, scripts: true, bound, paced },
        wanted: () => this.run === run && !this.unwanted,
      });
      return whole;
    } finally {
      redis.disconnect();
    }
  }
}

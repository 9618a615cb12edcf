import { writtenBound } from '../../../shared/model/expiry-machine.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { walkExpiry } from '../expiry/expiry-walk.ts';
import type { TargetGround } from './target-ground.ts';

/** A walk that failed is tried again this much later; there is half of the long bound left to do it in. */
const AGAIN_MS = 60_000;
/** Of the long bound; setTimeout takes no more than 2^31 ms. */
const EVERY_SHARE = 1 / 4;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Times further away than the long bound are written exact. While a task runs they come nearer: now and then every key of the
 * target is looked at, and what is within the bound by then becomes late, long before it could expire. Each page is one step of
 * the server, and nothing is done once the checkpoint has another owner, so the stream goes on meanwhile.
 */
export class FarExpiry {
  private readonly ground: TargetGround;
  private timer: NodeJS.Timeout | undefined;
  /** Rises whenever the walk that is under way is no longer wanted. */
  private turn = 0;
  private walkedAtMs: number | undefined;

  constructor(ground: TargetGround) {
    this.ground = ground;
  }

  /** The stream is applied from this checkpoint on. */
  begin(checkpoint: Checkpoint): void {
    this.stop();
    // Without scripts every time is late, however far it is away.
    if (!this.ground.servers.facts.target.abilities.scripts) return;
    const everyMs = Math.min(LONGEST_TIMER_MS, checkpoint.amounts.longMs * EVERY_SHARE);
    const dueMs = this.walkedAtMs === undefined ? 0 : this.walkedAtMs + everyMs - Date.now();
    this.walkAfter(Math.max(0, dueMs), checkpoint, everyMs);
  }

  stop(): void {
    this.turn += 1;
    clearTimeout(this.timer);
  }

  private walkAfter(waitMs: number, checkpoint: Checkpoint, everyMs: number): void {
    const { turn } = this;
    this.timer = setTimeout(() => {
      void this.walk(checkpoint, () => this.turn === turn).then((walked) =>
        this.turn === turn ? this.walkAfter(walked ? everyMs : AGAIN_MS, checkpoint, everyMs) : undefined,
      );
    }, waitMs);
    this.timer.unref();
  }

  private async walk(checkpoint: Checkpoint, wanted: () => boolean): Promise<boolean> {
    const { spec, servers, databases, own, events } = this.ground;
    try {
      const redis = await servers.openTargetApart();
      try {
        const beganAtMs = Date.now();
        const { whole } = await walkExpiry({
          redis,
          task: spec.task,
          checkpoint: { ...checkpoint, fieldExpiry: own.checkpoint?.fieldExpiry ?? checkpoint.fieldExpiry },
          databases,
          scripts: true,
          bound: writtenBound(checkpoint.expiry),
          paced: true,
          wanted,
        });
        if (whole) this.walkedAtMs = beganAtMs;
        return whole;
      } finally {
        redis.disconnect();
      }
    } catch (error) {
      const fact = error instanceof LockstepError ? error.message : String(error);
      if (wanted()) events.warning(`Expiry that comes near could not be looked at on the target (${fact})`);
      return false;
    }
  }
}

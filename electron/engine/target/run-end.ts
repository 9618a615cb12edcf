import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { dropClaim } from '../checkpoint/claim.ts';
import { forgetKept } from '../checkpoint/forget-kept.ts';
import { coded } from '../control/control-connection.ts';
import { handOver } from './hand-over.ts';
import { insist } from '../events/insist.ts';
import type { TargetGround } from './target-ground.ts';

export type RunEndOptions = Pick<
  TargetGround,
  'world' | 'spec' | 'part' | 'servers' | 'databases' | 'events'
>;

/** What is done on the target when a run has written its last. */
export class RunEnd {
  private readonly options: RunEndOptions;
  /** Every expiry on the target is exact. */
  handedOver = false;

  constructor(options: RunEndOptions) {
    this.options = options;
  }

  /** `checkpoint`: where all writing has ended. Tries again for as long as `insistMs`, see `insist`. @throws LockstepError */
  async run(checkpoint: Checkpoint | undefined, insistMs?: number): Promise<void> {
    const { world, servers, events } = this.options;
    if (checkpoint && isBareClaim(checkpoint)) return this.dropClaim(checkpoint);
    if (!checkpoint || checkpoint.state !== 'streaming' || !checkpoint.active) return;
    events.phase('releasing');
    const keys = await insist(
      world.clock,
      servers.at.target,
      events,
      () => this.inTurn(() => this.handOver(checkpoint)),
      insistMs,
    );
    this.handedOver = true;
    const where = servers.cluster ? 'all nodes of the target' : describeEndpoint(servers.at.target);
    if (keys > 0) events.info(`${formatKeys(keys)} on ${where} have their exact expiry again`);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.options.part?.handOvers?.take(work) ?? work();
  }

  /** It came to nothing. */
  failed(cause: unknown): void {
    // Another run owns the task, and with it the expiry.
    if (cause instanceof LockstepError && cause.code === 'TARGET_TAKEN_OVER') return;
    this.options.events.warning(
      `Expiry on the target stays late (${plainReason(cause)}); run the task again, or hand the target over (lockstep release, or the page of the task)`,
    );
  }

  private async handOver(checkpoint: Checkpoint): Promise<number> {
    const { world, spec, servers, databases } = this.options;
    await servers.openTarget();
    const at = servers.at.target;
    const source = servers.cluster && (await servers.openSourceApart());
    const redis = await servers.openTargetApart();
    const keys = await handOver({
      source,
      clock: world.clock,
      redis,
      others: (await servers.targets()).slice(1),
      guarding: servers.guarding(redis),
      task: spec.task,
      checkpoint,
      databases,
      scripts: servers.facts.target.abilities.scripts,
    })
      .catch((error: unknown) => {
        // Slots may have been moved since the cluster was found: the next attempt finds it anew.
        servers.forgetTarget();
        throw error;
      })
      .finally(() => {
        redis.disconnect();
        source?.disconnect();
      });
    if (servers.at.target !== at)
      throw new LockstepError('TARGET_LINK_LOST', 'the primary was replaced while expiry was made exact');
    return keys;
  }

  /** The source never answered, so the target is left as it was found. */
  private async dropClaim(claim: Checkpoint): Promise<void> {
    const { spec, servers } = this.options;
    await coded('target', servers.at.target, async () => {
      const redis = await servers.openTarget();
      await dropClaim(redis, spec.task, claim);
      const { cluster } = servers;
      const { keptSlots } = claim;
      // Those of a task with parts are of all of them.
      if (keptSlots && cluster && !this.options.part)
        await forgetKept(cluster.nodes, spec.task, (id) => id === keptSlots.id);
    });
  }
}

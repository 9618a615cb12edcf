import { keepsExpired, leastBound } from '../../../shared/model/expiry-machine.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import { smallBoundMs } from '../../../shared/model/task-spec.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { noteInLanes } from '../checkpoint/lanes.ts';
import { settle } from '../checkpoint/settle.ts';
import type { ClaimedLanes } from '../claim/own-lanes.ts';
import { holdExpiry } from '../expiry/hold-expiry.ts';
import { DATED_MS } from '../expiry/stream-clock.ts';
import { ABSOLUTE_EXPIRY_VERSION } from '../repair/repair-planner.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { TargetGround } from '../target/target-ground.ts';
import { beginImport, endImport, tellImport } from '../target/target-import.ts';
import type { Judgement } from '../writer/batch-judge.ts';

/** Makes expiry on the target late enough for what is to be applied next. */
export class StreamHold {
  private readonly ground: TargetGround;
  /** It was said why its expiry stays late. */
  private carriedTold = false;

  constructor(ground: TargetGround) {
    this.ground = ground;
  }

  /**
   * Over a connection of its own. `looked`: this run has held all of it before.
   * @throws LockstepError
   */
  async hold(checkpoint: Checkpoint, judgement: Judgement, looked: boolean): Promise<Checkpoint> {
    const { world, spec, servers, databases, events, feed } = this.ground;
    const redis = await servers.openTargetApart();
    // Over a break of the target's connection the source has gone on telling where it stands.
    const sourceAtMs = feed.clock.notBefore(checkpoint.offset) ?? checkpoint.sourceAtMs;
    try {
      const imported = await beginImport(redis, spec, servers.facts.target.abilities);
      // The choice was taken back.
      if (!imported && keepsExpired(checkpoint.expiry)) await endImport(redis, spec.task, checkpoint);
      const held = await holdExpiry({
        clock: world.clock,
        redis,
        nodes: await servers.guarded(redis, checkpoint),
        task: spec.task,
        checkpoint: { ...checkpoint, sourceAtMs },
        databases,
        scripts: servers.facts.target.abilities.scripts,
        smallMs: smallBoundMs(spec),
        retryForMs: spec.retryForMs,
        certain: judgement.time && feed.clock.certain,
        imported,
        looked,
      });
      if (checkpoint.lanes?.carried && !this.carriedTold)
        events.info(
          `Expiry on the target stays up to ${formatDuration(held.amounts.longMs)} late, since slots were moved between its nodes; it is made exact when the target is handed over`,
        );
      this.carriedTold = checkpoint.lanes?.carried !== undefined;
      tellImport(events, spec, imported);
      if (leastBound(checkpoint.expiry) === 'exact' && !keepsExpired(held.expiry))
        events.info('Expiry on the target is late again while the stream is applied');
      return held;
    } finally {
      redis.disconnect();
    }
  }

  /** That keys may be lost the checkpoint says from here on; what holds of those that stand, each lane. @throws LockstepError */
  async say({ nodes }: TargetCluster, { late }: ClaimedLanes, held: Checkpoint): Promise<void> {
    if (late) await settle(nodes, 'home');
    const said = { expiry: held.expiry, earliestExpiry: '0', mending: '' } as const;
    await noteInLanes({ nodes, task: this.ground.spec.task, checkpoint: held }, said);
  }

  /**
   * How far apart the moments are between which the source ran what follows this checkpoint; 0 where its times to live can be
   * told well enough, as they can while the source is asked each second, or where it sends the time itself.
   */
  undatedMs({ offset, sourceAtMs }: Checkpoint): number {
    const { world, servers, feed } = this.ground;
    const { abilities, clockAheadMs } = servers.facts.source;
    if (abilities.version >= ABSOLUTE_EXPIRY_VERSION) return 0;
    const nowMs = world.clock.now() + clockAheadMs;
    const gapMs = feed.clock.vagueMs(offset, feed.clock.notBefore(offset) ?? sourceAtMs, nowMs);
    return gapMs > DATED_MS ? Math.round(gapMs) : 0;
  }
}

import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { openForLook } from '../../control/control-connection.ts';
import { sleep, type Timer } from '../../world/clock.ts';
import type { World } from '../../world/world.ts';
import type { TargetConnection } from '../target-connection.ts';
import { isGone } from './gone.ts';

const LOOK_EVERY_MS = 1000;
/** A node that owes an answer and gives none in so many looks is asked beside it. Looks are counted, as this process may stand still. */
const SILENT_LOOKS = 5;
/** For that it has so long. */
const ASK_TIMEOUT_MS = 3000;

type Watched = Pick<TargetConnection, 'output' | 'quietSinceMs' | 'giveUp'>;

export interface SilentNodesOptions {
  readonly world: World;
  readonly nodes: readonly Endpoint[];
  /** The connection to a node; undefined where it is gone. */
  readonly connectionOf: (node: number) => Watched | undefined;
}

interface Seen {
  answered: number;
  quietSinceMs: number;
  looks: number;
  asked: boolean;
}

/**
 * Finds nodes of a cluster that neither answer what they were sent nor a PING beside it, long before a connection by itself would be
 * given up: the others need not wait so long for one of them. One that answers the PING is slow, or far away.
 */
export class SilentNodes {
  private readonly options: SilentNodesOptions;
  private readonly seen: readonly Seen[];
  private readonly timer: Timer;
  private closed = false;

  constructor(options: SilentNodesOptions) {
    this.options = options;
    this.seen = options.nodes.map(() => ({ answered: 0, quietSinceMs: 0, looks: 0, asked: false }));
    this.timer = options.world.clock.setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  close(): void {
    this.closed = true;
    this.options.world.clock.clear(this.timer);
  }

  private look(): void {
    for (const [node, seen] of this.seen.entries()) {
      const connection = this.options.connectionOf(node);
      if (!connection) continue;
      const { output, quietSinceMs } = connection;
      const quiet = output.answered === seen.answered && quietSinceMs === seen.quietSinceMs;
      seen.looks = quiet && output.answered < output.commands ? seen.looks + 1 : 0;
      seen.answered = output.answered;
      seen.quietSinceMs = quietSinceMs;
      if (seen.looks >= SILENT_LOOKS && !seen.asked) void this.ask(node, seen);
    }
  }

  private async ask(node: number, seen: Seen): Promise<void> {
    const { world, nodes, connectionOf } = this.options;
    seen.asked = true;
    const late = sleep(world.clock, ASK_TIMEOUT_MS);
    const answers = await Promise.race([this.answers(world, nodes[node]!), late]);
    seen.asked = false;
    // It may have answered meanwhile, and without others that do nobody is held up by it alone.
    const silent = answers !== true && !this.closed && seen.looks >= SILENT_LOOKS && this.othersAnswer(node);
    if (!silent) seen.looks = 0;
    else
      connectionOf(node)?.giveUp(
        new LockstepError('TARGET_LINK_LOST', `nothing was answered for ${seen.looks} s, nor to a PING`),
      );
  }

  private othersAnswer(node: number): boolean {
    const { connectionOf } = this.options;
    return this.seen.some(
      ({ looks }, other) => other !== node && looks < SILENT_LOOKS && connectionOf(other) !== undefined,
    );
  }

  private async answers(world: World, endpoint: Endpoint): Promise<boolean> {
    try {
      const redis = await openForLook(world, 'target', endpoint, ASK_TIMEOUT_MS);
      redis.disconnect();
      return true;
    } catch (error) {
      // A refusal is an answer.
      return !isGone(asLockstepError(error));
    }
  }
}

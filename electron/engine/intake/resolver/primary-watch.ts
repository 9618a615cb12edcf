import { formatAddress } from '../../../../shared/format/address.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { Side } from '../../control/control-connection.ts';
import type { Timer } from '../../world/clock.ts';
import type { World } from '../../world/world.ts';
import { SentinelLine } from './ask-sentinel.ts';
import type { Resolver } from './resolver.ts';

/**
 * How often the Sentinels are asked whether the primary is another one. After a failover by hand the old primary takes writes until
 * it is turned into a replica, seconds later; each that comes from it until then is one that the new primary does not have, and
 * leads to a new full copy.
 */
const INTERVAL_MS = 500;

/**
 * Notices a failover while a connection to the old primary still stands: one whose machine has died says nothing for a minute, and
 * one that was replaced by hand serves for seconds. What it finds, the resolver tells (`OnLocated`).
 */
export class PrimaryWatch {
  private readonly world: World;
  private readonly side: Side;
  private readonly given: Endpoint;
  private readonly resolver: Resolver;
  private line: SentinelLine | undefined;
  /** Which of the Sentinels is asked. */
  private turn = 0;
  private timer: Timer | undefined;
  private stopped = true;

  constructor(world: World, side: Side, given: Endpoint, resolver: Resolver) {
    this.world = world;
    this.side = side;
    this.given = given;
    this.resolver = resolver;
  }

  /** Nothing where no Sentinels were given. */
  start(): void {
    if (!this.given.sentinel || !this.stopped) return;
    this.stopped = false;
    this.again();
  }

  stop(): void {
    this.stopped = true;
    this.world.clock.clear(this.timer);
    this.dropLine();
  }

  private again(): void {
    this.timer = this.world.clock.setTimeout(() => void this.look(), INTERVAL_MS);
  }

  private async look(): Promise<void> {
    const { sentinel } = this.given;
    const nodes = sentinel!.nodes;
    this.line ??= new SentinelLine(
      this.world,
      this.side,
      this.given,
      sentinel!,
      nodes[this.turn % nodes.length]!,
    );
    try {
      const named = await this.line.ask();
      // A single Sentinel may be wrong: what it says is looked into before it counts.
      if (!this.stopped && formatAddress(named) !== formatAddress(this.resolver.last))
        await this.resolver.find();
    } catch {
      // Whoever needs the server meets the fault, and tells it. The next look asks another Sentinel.
      this.turn += 1;
      this.dropLine();
    }
    if (!this.stopped) this.again();
  }

  private dropLine(): void {
    this.line?.close();
    this.line = undefined;
  }
}

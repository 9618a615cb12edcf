import { formatAddress } from '../../../../shared/format/address.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { SentinelAddress } from '../../../../shared/model/sentinel-group.ts';
import type { Side } from '../../control/control-connection.ts';
import type { World } from '../../world/world.ts';
import { findPrimary } from './find-primary.ts';

/** `before` is undefined the first time. */
export type OnLocated = (side: Side, endpoint: Endpoint, before: Endpoint | undefined) => void;

/**
 * Where a server is, asked anew before each connection: an address is what it is, and a name is looked up at the Sentinels. Several
 * that ask at once get the same answer.
 */
export class Resolver {
  private readonly world: World;
  private readonly side: Side;
  private readonly given: Endpoint;
  private readonly onLocated: OnLocated | undefined;
  private asking: Promise<Endpoint> | undefined;
  private found: Endpoint | undefined;
  private answered: SentinelAddress | undefined;

  constructor(world: World, side: Side, given: Endpoint, onLocated?: OnLocated) {
    this.world = world;
    this.side = side;
    this.given = given;
    this.onLocated = onLocated;
  }

  /** Where it was found last; before that as it was given. */
  get last(): Endpoint {
    return this.found ?? this.given;
  }

  /** @throws LockstepError as `findPrimary` does */
  find(): Promise<Endpoint> {
    const { sentinel } = this.given;
    if (!sentinel) return Promise.resolve(this.given);
    this.asking ??= this.ask(sentinel).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async ask(group: NonNullable<Endpoint['sentinel']>): Promise<Endpoint> {
    const { answered } = this;
    const order = answered ? [answered, ...group.nodes.filter((node) => node !== answered)] : group.nodes;
    const { endpoint, by } = await findPrimary(this.world, this.side, this.given, group, order);
    const before = this.found;
    this.found = endpoint;
    this.answered = by;
    if (!before || formatAddress(before) !== formatAddress(endpoint))
      this.onLocated?.(this.side, endpoint, before);
    return endpoint;
  }
}

/** For what is asked once. @throws LockstepError as `findPrimary` does */
export const locate = (world: World, side: Side, endpoint: Endpoint): Promise<Endpoint> =>
  new Resolver(world, side, endpoint).find();

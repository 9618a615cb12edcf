import { ClusterNodes } from '../control/cluster-nodes.ts';
import type { Side } from '../control/control-connection.ts';
import { discoverCluster, type FoundCluster } from '../control/discover-cluster.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { formatAddress } from '../../../shared/format/address.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { ownerOf } from '../router/topology.ts';
import { unsettledSlots } from '../control/unsettled-slots.ts';
import type { UnsettledSlots } from '../../../shared/model/unsettled-slots.ts';
import type { World } from '../world/world.ts';

/** @throws LockstepError what is known of a primary with slots at whose address another node answers */
function refuseMisplaced({ topology, misplaced, unreached }: FoundCluster): void {
  const shard = topology.shards.find(({ primary }) => misplaced.has(primary.id));
  if (shard) throw unreached.get(shard.primary.id)!;
}

/** A cluster as it was found last; found anew by whichever of its nodes still answers. */
export class KnownCluster {
  protected readonly world: World;
  private readonly side: Side;
  protected readonly given: Endpoint;
  private readonly name: string;
  private looking: Promise<FoundCluster> | undefined;
  private found: FoundCluster | undefined;
  private opened: ClusterNodes | undefined;

  /** `name`: what the nodes list our connections under. */
  constructor(world: World, side: Side, given: Endpoint, name: string) {
    this.world = world;
    this.side = side;
    this.given = given;
    this.name = name;
  }

  /** Several that look at once see the same. @throws LockstepError when no node of it can be asked */
  look(): Promise<FoundCluster> {
    this.looking ??= this.ask().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Of what was found last. */
  get topology(): FoundCluster['topology'] | undefined {
    return this.found?.topology;
  }

  /** Slots that were not settled when it was found last. */
  unsettled: UnsettledSlots | undefined;

  /** Each primary that has slots, and how it is opened. */
  get primaries(): readonly { readonly id: string; readonly endpoint: Endpoint }[] {
    const { found } = this;
    return found
      ? found.topology.shards.map(({ primary }) => ({ id: primary.id, endpoint: found.endpointOf(primary) }))
      : [];
  }

  /** How the primary is opened that has a slot; undefined where none is known to have it. */
  endpointOn(slot: number): Endpoint | undefined {
    const owner = this.found && ownerOf(this.found.topology, slot);
    return owner && this.found?.endpointOf(owner);
  }

  /** Control connections to the nodes of what was found last. They are closed with it. */
  get nodes(): ClusterNodes {
    if (!this.found)
      throw new LockstepError(
        this.side === 'source' ? 'SOURCE_CLUSTER_DOWN' : 'TARGET_CLUSTER_DOWN',
        'it has not been looked at',
      );
    return (this.opened ??= new ClusterNodes(this.world, this.side, this.found, this.name));
  }

  /**
   * As it is now, while what was found before is still worked with. `last`: nodes (`host:port`) that are asked for it only where no
   * other answers. @throws LockstepError
   */
  async peek(last: readonly string[]): Promise<FoundCluster> {
    const seeds = this.seeds();
    const isLast = (seed: Endpoint): boolean => last.includes(describeEndpoint(seed));
    const sorted = [...seeds.filter((seed) => !isLast(seed)), ...seeds.filter(isLast)];
    return this.foundBy(sorted);
  }

  /** What was found may not be so any more. */
  forget(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  /** Whatever else is to be known of it, before anybody is told. */
  protected note(_found: FoundCluster): Promise<void> {
    return Promise.resolve();
  }

  private ask(): Promise<FoundCluster> {
    return this.foundBy(this.seeds(), async (found) => {
      this.forget();
      this.found = found;
      this.unsettled = unsettledSlots(found);
      await this.note(found);
    });
  }

  /** By the first of these that can be asked, and of whose answer `use` makes something. */
  private async foundBy(
    seeds: readonly Endpoint[],
    use?: (found: FoundCluster) => Promise<void>,
  ): Promise<FoundCluster> {
    let fault: LockstepError | undefined;
    for (const seed of seeds) {
      try {
        const found = await discoverCluster(this.world, this.side, seed);
        refuseMisplaced(found);
        await use?.(found);
        return found;
      } catch (error) {
        fault ??= asLockstepError(error);
      }
    }
    throw fault!;
  }

  /** The one that was given first, since an operator knows that one; then those that it was found with. */
  private seeds(): Endpoint[] {
    const seeds = new Map([[formatAddress(this.given), this.given]]);
    for (const { endpoint } of this.primaries) seeds.set(formatAddress(endpoint), endpoint);
    for (const node of this.found?.topology.nodes ?? []) {
      const endpoint = this.found!.endpointOf(node);
      seeds.set(formatAddress(endpoint), endpoint);
    }
    return [...seeds.values()];
  }
}

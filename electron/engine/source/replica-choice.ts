import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { coded, openForLook } from '../control/control-connection.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { readInfo } from '../control/info.ts';
import { followsWell, identityOf } from '../control/server-facts.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import { sleep } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { reachedByAny, reachesBack } from '../watch/backlog-reach.ts';
import { chooseReplica, fitnessOf, type Choice, type SeenReplica } from './choose-replica.ts';
import type { ShardNode, ShardSource } from './source-cluster.ts';
import type { TaskEvents } from '../events/task-events.ts';

type Info = ReadonlyMap<string, string>;

/** How long a replica is waited for that may be fit in a moment, before the primary is read. */
const WAIT_MS = 5000;
const LOOK_AGAIN_MS = 500;
const COMMAND_TIMEOUT_MS = 2000;
/** Replicas that are looked at side by side. */
const AT_ONCE = 8;
const SECTIONS = ['server', 'replication', 'persistence'];

export interface ReplicaChoiceOptions {
  readonly world: World;
  readonly shard: ShardSource;
  /** A connection to the shard's primary. @throws LockstepError */
  readonly primary: () => Promise<Redis>;
  readonly events: Pick<TaskEvents, 'info' | 'warning'>;
}

/**
 * Which node of a shard its stream is read of, where that is to be a replica: the same one for as long as it is fit, and the primary while
 * none is. What else the source is asked, it asks the primary.
 */
export class ReplicaChoice {
  private readonly options: ReplicaChoiceOptions;
  /** Read, or about to be. */
  private current: { readonly at: Endpoint; readonly replica: ShardNode | undefined } | undefined;
  /** Is to be read next. */
  private wanted: ShardNode | 'primary' | undefined;
  private closed = false;

  constructor(options: ReplicaChoiceOptions) {
    this.options = options;
  }

  /** What is read; undefined before anything was. */
  get at(): Endpoint | undefined {
    return this.current?.at;
  }

  /** Undefined while the primary is read. */
  get replica(): ShardNode | undefined {
    return this.current?.replica;
  }

  /** Where to ask for the stream from a place on; undefined for a snapshot. @throws LockstepError as `ShardSource.find` does */
  async find(from: StreamPosition | undefined): Promise<Endpoint> {
    const { clock } = this.options.world;
    const endMs = clock.monotonicMs() + WAIT_MS;
    for (;;) {
      const primaryAt = await this.options.shard.find();
      const { choice, seen } = await this.choose(from);
      const over = this.closed || this.wanted === 'primary' || clock.monotonicMs() >= endMs;
      if (choice.kind === 'replica') return this.take(choice.node);
      if (choice.kind === 'primary' || over) return this.takePrimary(primaryAt, seen);
      await sleep(clock, LOOK_AGAIN_MS);
    }
  }

  /** Another node that goes on from here, as far as one is better than what is read; `find` takes it next. */
  async better(from: StreamPosition): Promise<Endpoint | undefined> {
    const { shard } = this.options;
    await this.options
      .primary()
      .then((redis) => shard.lookForReplicas(redis))
      .catch(() => undefined);
    const { replica } = this;
    const others = shard.replicas.filter(({ id }) => id !== replica?.id);
    const [primary, seen] = await Promise.all([this.askPrimary(SECTIONS), this.lookAt(others)]);
    const fit = seen.find(
      (one) => !(one.seen instanceof Error) && fitnessOf(one.seen, primary, from) === 'fit',
    );
    if (fit) {
      this.wanted = fit.node;
      return fit.node.endpoint;
    }
    if (!replica || !primary || reachesBack(primary, from) !== true) return undefined;
    this.wanted = 'primary';
    return shard.last;
  }

  /** INFO of what is read; undefined where it cannot be asked. */
  async ask(...sections: readonly string[]): Promise<Info | undefined> {
    const { current } = this;
    if (!current?.replica) return this.askPrimary(sections);
    const { seen } = await this.look(current.replica, sections);
    return seen instanceof Error ? undefined : seen;
  }

  /** Whether a node of the shard still has what follows a place; undefined where none of them tells. */
  async reach(from: StreamPosition): Promise<boolean | undefined> {
    const { shard } = this.options;
    await shard.find();
    const primary = await this.askPrimary(SECTIONS);
    const infos = (await this.lookAt(shard.replicas)).flatMap(({ seen }) =>
      seen instanceof Error || !followsWell(identityOf(seen)) ? [] : [seen],
    );
    return reachedByAny([...(primary ? [primary] : []), ...infos].map((info) => reachesBack(info, from)));
  }

  /**
   * What is read may have been given to another shard, or not have heard of a failover: nothing of a history is taken that is not the
   * primary's. @throws LockstepError SOURCE_LINK_LOST
   */
  async requireHistory(replid: string): Promise<void> {
    const primary = await this.askPrimary(['replication']);
    const history = primary?.get('master_replid');
    // Before 4.0 nothing names its history, and only the primary itself is read.
    if (history === replid || (primary && history === undefined && !this.replica)) return;
    const at = this.at ? describeEndpoint(this.at) : 'the replica';
    const fact = primary
      ? `${at} sends another history than the primary of its shard has`
      : `whether ${at} sends what the primary of its shard has cannot be told: that does not answer`;
    throw new LockstepError('SOURCE_LINK_LOST', fact);
  }

  /** Whoever reads the same may have gone over to another node, `host:port`. */
  linkedTo(at: string): void {
    const { current } = this;
    if (!current || at === '' || describeEndpoint(current.at) === at) return;
    const { shard, events } = this.options;
    const replica = shard.replicas.find(({ endpoint }) => describeEndpoint(endpoint) === at);
    if (replica) this.take(replica);
    else if (describeEndpoint(shard.last) === at) {
      this.current = { at: shard.last, replica: undefined };
      events.info(`Its primary ${at} is read now`);
    }
  }

  close(): void {
    this.closed = true;
  }

  private async choose(from: StreamPosition | undefined): Promise<{
    readonly choice: Choice<ShardNode>;
    readonly seen: readonly SeenReplica<ShardNode>[];
  }> {
    const { replicas } = this.options.shard;
    const [primary, seen] = await Promise.all([this.askPrimary(SECTIONS), this.lookAt(replicas)]);
    return { choice: chooseReplica(seen, primary, from), seen };
  }

  /** Undefined where it cannot be asked, or is none by now. */
  private async askPrimary(sections: readonly string[]): Promise<Info | undefined> {
    try {
      const info = await readInfo(await this.options.primary(), ...sections);
      return info.get('role') === 'slave' ? undefined : info;
    } catch {
      return undefined;
    }
  }

  /** In the order of preference: what is to be read, what is read, what another part has read, then the same for all who look. */
  private async lookAt(replicas: readonly ShardNode[]): Promise<readonly SeenReplica<ShardNode>[]> {
    const { wanted, replica } = this;
    const { read } = this.options.shard.cluster;
    const rank = (node: ShardNode): number =>
      wanted !== 'primary' && node.id === wanted?.id
        ? 0
        : node.id === replica?.id
          ? 1
          : read.has(node.id)
            ? 2
            : 3;
    const sorted = replicas.toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
    const seen = new Map<ShardNode, SeenReplica<ShardNode>>();
    await eachAtOnce(sorted, AT_ONCE, async (node) => {
      seen.set(node, await this.look(node, SECTIONS));
    });
    return sorted.map((node) => seen.get(node)!);
  }

  private async look(node: ShardNode, sections: readonly string[]): Promise<SeenReplica<ShardNode>> {
    try {
      const { endpoint } = node;
      const redis = await openForLook(this.options.world, 'source', endpoint, COMMAND_TIMEOUT_MS);
      const asked = coded('source', endpoint, () => readInfo(redis, ...sections));
      return { node, seen: await asked.finally(() => redis.disconnect()) };
    } catch (error) {
      return { node, seen: error instanceof Error ? error : new Error(plainReason(error)) };
    }
  }

  private take(replica: ShardNode): Endpoint {
    const { events, shard } = this.options;
    const before = this.current;
    this.wanted = undefined;
    this.current = { at: replica.endpoint, replica };
    if (before?.replica && before.replica.id !== replica.id) shard.cluster.read.delete(before.replica.id);
    shard.cluster.read.add(replica.id);
    if (before?.replica?.id !== replica.id)
      events.info(
        `Its replica ${describeEndpoint(replica.endpoint)} is read${before ? ` now; before it was ${describeEndpoint(before.at)}` : ''}`,
      );
    return replica.endpoint;
  }

  private takePrimary(at: Endpoint, seen: readonly SeenReplica<ShardNode>[]): Endpoint {
    const { events } = this.options;
    const before = this.current;
    this.wanted = undefined;
    this.current = { at, replica: undefined };
    if (!before || before.replica || describeEndpoint(before.at) !== describeEndpoint(at))
      events.warning(
        `${whyNone(seen)}: its primary ${describeEndpoint(at)} is read until one of its replicas can be`,
      );
    return at;
  }
}

function whyNone(seen: readonly SeenReplica<ShardNode>[]): string {
  if (seen.length === 0) return 'It has no replica that is well';
  const [{ node, seen: first }] = seen as [SeenReplica<ShardNode>];
  const at = describeEndpoint(node.endpoint);
  if (first instanceof Error) return `None of its replicas can be read (${first.message})`;
  return followsWell(identityOf(first))
    ? `None of its replicas can go on from here (${at} no longer has, or has not got yet, what comes next)`
    : `None of its replicas can be read (${at} has no link to its primary, or loads)`;
}

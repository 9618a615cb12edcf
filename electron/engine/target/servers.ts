import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import {
  guardedNodes,
  guardingCluster,
  guardingServer,
  oneServer,
  type GuardedNode,
  type Guarding,
} from '../checkpoint/guarded-node.ts';
import { coded, openControl } from '../control/control-connection.ts';
import {
  checkSource,
  checkTarget,
  readClockAhead,
  readFacts,
  readIdentity,
  type ServerFacts,
  type ServerIdentity,
} from '../control/server-facts.ts';
import { refuseRelated, relationAmong, type Pair, type Relation, type Sides } from '../control/relation.ts';
import { PrimaryWatch } from '../intake/resolver/primary-watch.ts';
import { Resolver, type OnLocated } from '../intake/resolver/resolver.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { moduleNames } from '../control/module-names.ts';
import { readServerCommands } from '../control/server-commands.ts';
import { checkDatabases } from '../precheck/database-check.ts';
import { refuseLoop } from '../precheck/feeding-tasks.ts';
import { checkModules } from '../precheck/module-check.ts';
import { CommandTable } from '../commands/command-table.ts';
import { connectionName } from '../writer/end-connection.ts';
import type { TargetServers } from './handed-over.ts';
import { onIndexNode } from '../source/index-node.ts';
import type { ShardSource, SourceCluster } from '../source/source-cluster.ts';
import { homeFirst, TargetCluster } from './target-cluster.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { World } from '../world/world.ts';

/** What is known of commands before a target has told its own. */
const WITHOUT_A_TARGET = new CommandTable([]);

/** The control connections to both sides, and what is known of the servers behind them. */
export class Servers {
  private readonly world: World;
  private readonly spec: TaskSpec;
  private readonly resolvers: Pair<Resolver>;
  private readonly shard: ShardSource | undefined;
  private readonly watches: readonly PrimaryWatch[];
  private sourceRedis: Redis | undefined;
  private openingSource: Promise<Redis> | undefined;
  private targetRedis: Redis | undefined;
  private sourceFacts: ServerFacts | undefined;
  private targetFacts: ServerFacts | undefined;
  /** What the target is a node of; undefined for a standalone server, and before it was looked at. */
  cluster: TargetCluster | undefined;
  /** How many databases the cluster had when this run found it. */
  private firstDatabases: number | undefined;
  table = WITHOUT_A_TARGET;

  /**
   * `onLocated` is told where Sentinels say that a side is, and each time that this changes. `shard`: where the source is that is one of
   * several primaries.
   */
  constructor(world: World, spec: TaskSpec, onLocated?: OnLocated, shard?: ShardSource) {
    this.world = world;
    this.spec = spec;
    this.shard = shard;
    this.resolvers = {
      source: new Resolver(world, 'source', spec.source, onLocated),
      target: new Resolver(world, 'target', spec.target, onLocated),
    };
    this.watches = [
      new PrimaryWatch(world, 'source', spec.source, this.resolvers.source),
      new PrimaryWatch(world, 'target', spec.target, this.resolvers.target),
    ];
  }

  /** Where the two are, as far as that is known. */
  get at(): Pair<Endpoint> {
    const source = this.shard?.last ?? this.resolvers.source.last;
    return { source, target: this.cluster?.home ?? this.resolvers.target.last };
  }

  /** From here on a failover is noticed while the connections to the old primary still stand. */
  watch(): void {
    for (const watch of this.watches) watch.start();
  }

  /** Where the source is now. @throws LockstepError */
  findSource(): Promise<Endpoint> {
    return this.shard?.find() ?? this.resolvers.source.find();
  }

  /** What the source is a node of; undefined for a standalone server. */
  get sourceCluster(): SourceCluster | undefined {
    return this.shard?.cluster;
  }

  /** Opens both and refuses what cannot work. @throws LockstepError */
  async open(databases: DatabaseChoice): Promise<void> {
    const source = await this.openSource();
    // Whether the source follows the target is known only with both; a source whose link is down may be about to.
    const unfit = fault(() => checkSource(this.at.source, this.sourceFacts!));
    if (unfit && unfit.code !== 'SOURCE_NO_MASTER_LINK') throw unfit;
    const target = await this.openTarget();
    refuseRelated(this.sides);
    if (unfit) throw unfit;
    await this.refuseLoop();
    const modules = await coded('target', this.at.target, () => moduleNames(target));
    await coded('source', this.at.source, async () => {
      await checkDatabases(source, databases, this.targetFacts!.abilities.databases);
      await checkModules(source, modules, databases);
    });
    const { version } = this.targetFacts!.abilities;
    const known = await coded('target', this.at.target, () => readServerCommands(target));
    this.table = new CommandTable(
      known.filter(({ write }) => write),
      version,
    );
  }

  /** @throws LockstepError SOURCE_IS_TARGET when a task runs the other way */
  async refuseLoop(): Promise<void> {
    const { sides, at, sourceCluster } = this;
    const refuse = (redis: Redis): Promise<void> => refuseLoop(redis, sides.target, at);
    if (!sourceCluster) {
      const source = await this.openSource();
      return coded('source', at.source, () => refuse(source));
    }
    return onIndexNode(this.world, sourceCluster, at.source, refuse);
  }

  /** Where the source has the index of its own tasks; undefined while there is no connection to it. @throws LockstepError */
  async sourceIndex(): Promise<Redis | undefined> {
    return this.source && this.sourceCluster ? this.sourceCluster.nodes.home() : this.source;
  }

  /** The open connection to the source, or undefined while there is none. */
  get source(): Redis | undefined {
    return this.sourceRedis?.status === 'ready' ? this.sourceRedis : undefined;
  }

  get target(): Redis | undefined {
    return this.targetRedis?.status === 'ready' ? this.targetRedis : undefined;
  }

  /** As far as the source has been asked. */
  get sourceIsCluster(): boolean {
    return this.sourceFacts?.cluster ?? false;
  }

  get facts(): Pair<ServerFacts> {
    return { source: this.sourceFacts!, target: this.targetFacts! };
  }

  /** As the two were last seen. */
  get relation(): Relation {
    return relationAmong(this.sides);
  }

  /** All servers of the target, and the one of the source that this run follows, as they were last seen. */
  get sides(): Sides {
    const { facts, at, cluster } = this;
    const home = { identity: facts.target, at: at.target };
    return {
      source: [{ identity: facts.source, at: at.source }],
      target: [home, ...(cluster?.servers ?? [])],
    };
  }

  /** The connection to the source, made anew where it broke; several that want it at once get the same. */
  async openSource(): Promise<Redis> {
    this.openingSource ??= this.reopenSource().finally(() => {
      this.openingSource = undefined;
    });
    return this.openingSource;
  }

  private async reopenSource(): Promise<Redis> {
    if (this.source) return this.source;
    this.sourceRedis?.disconnect();
    const at = await this.findSource();
    this.sourceRedis = await openControl(this.world, 'source', at, connectionName(this.spec.task));
    this.sourceFacts = await readFacts(this.world.clock, 'source', at, this.sourceRedis);
    return this.sourceRedis;
  }

  /** The connection to the target, made anew where it broke; the server behind it is looked at again then. */
  async openTarget(): Promise<Redis> {
    if (this.target) return this.target;
    this.targetRedis?.disconnect();
    await this.reachTarget();
    const { facts } = this;
    const at = this.at.target;
    // A replica of the source is read-only as well, but its primary is no target either. That the source follows the target is
    // told by the source: what came of it before is applied all the same.
    if (this.relation !== 'source-follows') refuseRelated(this.sides);
    checkTarget(at, facts.target);
    return this.targetRedis!;
  }

  /** Of a cluster the node that has what belongs to tasks. */
  private async reachTarget(): Promise<void> {
    const name = connectionName(this.spec.task);
    if (this.cluster) await this.cluster.look();
    const at = this.cluster?.home ?? (await this.resolvers.target.find());
    // One connection to a node: two of the task's name would each be ended when the other ends those of earlier runs.
    this.targetRedis = this.cluster
      ? await this.cluster.nodes.home()
      : await openControl(this.world, 'target', at, name);
    this.targetFacts = await readFacts(this.world.clock, 'target', at, this.targetRedis);
    if (this.cluster) {
      const { abilities } = this.targetFacts;
      // A run claims as many as it finds first: what is raised meanwhile its checkpoint has no form for.
      this.firstDatabases ??= this.cluster.databases;
      const databases = Math.min(abilities.databases, this.cluster.databases, this.firstDatabases);
      this.targetFacts = { ...this.targetFacts, abilities: { ...abilities, databases } };
    }
    if (!this.targetFacts.cluster || this.cluster) return;
    this.targetRedis.disconnect();
    this.cluster = new TargetCluster(this.world, at, name);
    await this.reachTarget();
  }

  /**
   * Looks at both servers anew, where they can be reached: `replid` is the history that the source has just said it sends.
   * @throws LockstepError SOURCE_IS_TARGET when one of them has come to follow the other
   */
  async refuseRelated(replid?: string): Promise<void> {
    const { facts } = this;
    // Its address may have been given to another server, and the connection that stands leads to the one before. The client
    // library calls a connection ready until it has closed.
    this.forgetSource();
    const [source, target] = await Promise.all([
      this.openSource()
        .then((redis) => readIdentity('source', this.at.source, redis))
        .catch(() => facts.source),
      this.lookAtTarget().catch(() => facts.target),
    ]);
    this.sourceFacts = { ...facts.source, ...source, replid: replid ?? source.replid };
    this.targetFacts = { ...this.facts.target, ...target };
    refuseRelated(this.sides);
  }

  /** All servers of the target: itself, or the primaries of a cluster. @throws LockstepError */
  async targets(): Promise<TargetServers> {
    const redis = await this.openTarget();
    return this.cluster ? homeFirst(this.cluster.nodes) : [redis];
  }

  /** The same, each with what guards it under this checkpoint; a server by itself over a connection of the caller's own. */
  async guarded(redis: Redis, checkpoint: Checkpoint): Promise<readonly GuardedNode[]> {
    const { task } = this.spec;
    return this.cluster ? guardedNodes(this.cluster.nodes, task, checkpoint) : oneServer(redis, task);
  }

  guarding(redis: Redis): Guarding {
    const { task } = this.spec;
    return this.cluster ? guardingCluster(this.cluster.nodes, task) : guardingServer(redis, task);
  }

  /** A connection to the target of the caller's own, to select databases on; the caller ends it. */
  openTargetApart(): Promise<Redis> {
    return openControl(this.world, 'target', this.at.target, connectionName(this.spec.task));
  }

  /** The same to the source; undefined where it does not answer. */
  async openSourceApart(): Promise<Redis | undefined> {
    const { world } = this;
    return this.findSource()
      .then((at) => openControl(world, 'source', at))
      .catch(() => undefined);
  }

  /** Either clock may be set meanwhile, and the connection stands. Of a cluster the node counts whose keys come due first. @throws when the target cannot be asked */
  async lookAtTargetClock(): Promise<void> {
    if (this.target) {
      const all = this.cluster ? await this.cluster.nodes.primaries() : [this.target];
      const clockAheadMs = Math.max(
        ...(await Promise.all(all.map((redis) => readClockAhead(this.world.clock, redis)))),
      );
      this.targetFacts = { ...this.facts.target, clockAheadMs };
    }
  }

  /** The target's clock, about, in Unix ms. */
  targetNowMs(): number {
    return this.world.clock.now() + (this.targetFacts?.clockAheadMs ?? 0);
  }

  /** The source is another server now. */
  forgetSource(): void {
    this.sourceRedis?.disconnect();
    this.sourceRedis = undefined;
  }

  /** After a fault on the target nothing is taken for granted: the next `openTarget` looks again. */
  forgetTarget(): void {
    this.targetRedis?.disconnect();
    this.targetRedis = undefined;
    this.cluster?.forget();
  }

  private async lookAtTarget(): Promise<ServerIdentity> {
    // A target that cannot be reached is looked at when it is opened again, and before that nothing is written.
    if (!this.target) return this.facts.target;
    await this.cluster?.lookAtServers();
    return readIdentity('target', this.at.target, this.target);
  }

  close(): void {
    for (const watch of this.watches) watch.stop();
    this.sourceRedis?.disconnect();
    this.targetRedis?.disconnect();
    this.cluster?.forget();
  }
}

function fault(check: () => void): LockstepError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}

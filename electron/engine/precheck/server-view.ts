import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { ServerCommand } from '../commands/server-command.ts';
import { HOME_SLOT } from '../control/cluster-nodes.ts';
import { ownerOf } from '../router/topology.ts';
import { coded, openForLook, type Side } from '../control/control-connection.ts';
import { parseSubcommands } from '../control/server-commands.ts';
import { discoverCluster, type FoundCluster } from '../control/discover-cluster.ts';
import { addDatabases, databasesOf, parseInfo, type DatabaseKeys } from '../control/info.ts';
import { measureRoundTrip } from '../control/round-trip.ts';
import { identityOf, type ServerIdentity } from '../control/server-facts.ts';
import { locate } from '../intake/resolver/resolver.ts';
import { abilitiesOf, type TargetAbilities } from '../control/target-abilities.ts';
import type { World } from '../world/world.ts';
import { isReplyError } from '../control/reply-error.ts';

const COMMAND_TIMEOUT_MS = 5_000;

export type Info = ReadonlyMap<string, string>;

/**
 * One server as the checks see it. What several checks want to know is asked once and remembered. Nothing that it sends
 * changes the server.
 */
export class ServerView {
  readonly world: World;
  readonly side: Side;
  /** As it was given, and from the first connection on where it was found. */
  endpoint: Endpoint;
  private located: Promise<Endpoint> | undefined;
  private readonly opened: Promise<Redis>[] = [];
  private readonly settings = new Map<string, Promise<string | undefined>>();
  private connection: Promise<Redis> | undefined;
  private walking: Promise<Redis> | undefined;
  private firstInfo: Promise<Info> | undefined;
  private commandTable: Promise<ServerCommand[]> | undefined;
  private roundTrip: Promise<number> | undefined;
  private found: Promise<FoundCluster> | undefined;
  private views: Promise<readonly ServerView[]> | undefined;
  private readonly alone: boolean;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  /** `alone`: as one server, whatever it is a node of. */
  constructor(world: World, side: Side, endpoint: Endpoint, alone = false) {
    this.alone = alone;
    this.world = world;
    this.side = side;
    this.endpoint = endpoint;
  }

  /** The one connection for what needs no database. @throws LockstepError */
  connect(): Promise<Redis> {
    return (this.connection ??= this.open());
  }

  private async locate(): Promise<Endpoint> {
    this.located ??= locate(this.world, this.side, this.endpoint);
    return (this.endpoint = await this.located);
  }

  /** A connection of its own, for what leaves a state behind; closed with the others. @throws LockstepError */
  async open(): Promise<Redis> {
    if (this.closed) throw new LockstepError('INTERRUPTED', 'the precheck was ended');
    return this.hold(this.locate().then((at) => openForLook(this.world, this.side, at, COMMAND_TIMEOUT_MS)));
  }

  private async openHome(): Promise<Redis> {
    const cluster = await this.cluster();
    const owner = cluster && ownerOf(cluster.topology, HOME_SLOT);
    if (!owner) return this.open();
    return this.hold(openForLook(this.world, this.side, cluster.endpointOf(owner), COMMAND_TIMEOUT_MS));
  }

  private async hold(opening: Promise<Redis>): Promise<Redis> {
    this.opened.push(opening);
    const redis = await opening;
    if (this.closed) redis.disconnect();
    return redis;
  }

  /**
   * Works on a connection that selects databases, one piece of work after another; of a cluster to the node that has what belongs to
   * tasks. Left in database 0.
   * @throws LockstepError
   */
  async inDatabases<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const before = this.turn;
    const run = async (): Promise<T> => {
      await before.catch(() => undefined);
      const redis = await (this.walking ??= this.openHome());
      return coded(this.side, this.endpoint, async () => {
        await redis.select(0);
        return work(redis);
      });
    };
    const mine = run();
    this.turn = mine;
    return mine;
  }

  /**
   * Every server of it that holds keys, each as a view of its own: this one, or the primaries of a cluster.
   * @throws LockstepError where the nodes of a cluster cannot be found out
   */
  nodes(): Promise<readonly ServerView[]> {
    return (this.views ??= this.viewNodes());
  }

  private async viewNodes(): Promise<readonly ServerView[]> {
    const cluster = await this.cluster().catch(async (error: unknown) => {
      // What it is cannot be told then, and no cluster is known.
      if ((await this.info().catch(() => undefined)) === undefined) return undefined;
      throw error;
    });
    // One without any slots has no node that holds keys.
    if (!cluster || cluster.topology.shards.length === 0) return [this];
    return cluster.topology.shards.map(
      ({ primary }) => new ServerView(this.world, this.side, cluster.endpointOf(primary), true),
    );
  }

  /** The same on every server that holds keys, one after the other. @throws LockstepError */
  async onEach<T>(work: (redis: Redis) => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    for (const node of await this.nodes()) results.push(await node.inDatabases(work));
    return results;
  }

  /** All fields of INFO, as they were when it was first asked. @throws LockstepError */
  info(): Promise<Info> {
    return (this.firstInfo ??= this.infoNow());
  }

  /** INFO as it is now, of one section or its default ones. @throws LockstepError */
  async infoNow(section?: string): Promise<Info> {
    const redis = await this.connect();
    const text = await coded(this.side, this.endpoint, () =>
      section === undefined ? redis.info() : redis.info(section),
    );
    return parseInfo(text);
  }

  /** All of the cluster that it is a node of; undefined for a standalone server. @throws LockstepError */
  async cluster(): Promise<FoundCluster | undefined> {
    if (this.alone || !(await this.identity()).cluster) return undefined;
    return (this.found ??= discoverCluster(this.world, this.side, this.endpoint));
  }

  async identity(): Promise<ServerIdentity> {
    return identityOf(await this.info());
  }

  /** How its commands have to look. What INFO does not tell is left open: databases and modules. */
  async abilities(): Promise<TargetAbilities> {
    const { redisVersion, valkeyVersion } = await this.identity();
    return abilitiesOf(redisVersion, valkeyVersion, Infinity, false);
  }

  /** What every database holds; of a cluster on all of its primaries together. @throws LockstepError */
  async databases(): Promise<Map<number, DatabaseKeys>> {
    const infos = await Promise.all((await this.nodes()).map((node) => node.info()));
    return addDatabases(infos.map(databasesOf));
  }

  /** A number of INFO; undefined where the server does not tell. */
  async figure(name: string): Promise<number | undefined> {
    return toNumber((await this.info()).get(name));
  }

  /** A setting, by the first of these names that the server knows; undefined where it tells none. */
  async config(...names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      let asked = this.settings.get(name);
      if (!asked) this.settings.set(name, (asked = this.readConfig(name)));
      const value = await asked;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  async configNumber(...names: readonly string[]): Promise<number | undefined> {
    return toNumber(await this.config(...names));
  }

  /** One command. undefined when the server refuses it. @throws LockstepError when the connection breaks */
  async ask(...words: readonly [string, ...(string | Buffer)[]]): Promise<unknown> {
    const redis = await this.connect();
    return askOn(redis, ...words).catch((error: unknown) =>
      coded(this.side, this.endpoint, () => Promise.reject(error as Error)),
    );
  }

  /** Its own table of commands; empty where COMMAND is refused. @throws LockstepError */
  commands(): Promise<ServerCommand[]> {
    return (this.commandTable ??= this.ask('COMMAND').then(parseSubcommands));
  }

  /** Median time of a PING, taken before the checks begin to send. @throws LockstepError */
  roundTripMs(): Promise<number> {
    return (this.roundTrip ??= this.connect().then((redis) =>
      coded(this.side, this.endpoint, () => measureRoundTrip(this.world.clock, redis)),
    ));
  }

  /** `Redis 7.0.15 at host:port`. */
  async describe(): Promise<string> {
    const { valkeyVersion, redisVersion } = await this.identity();
    const product = valkeyVersion === undefined ? `Redis ${redisVersion}` : `Valkey ${valkeyVersion}`;
    return `${product} at ${describeEndpoint(this.endpoint)}`;
  }

  close(): void {
    this.closed = true;
    for (const opening of this.opened) opening.then((redis) => redis.disconnect()).catch(() => undefined);
    this.views
      ?.then((nodes) => nodes.forEach((node) => node !== this && node.close()))
      .catch(() => undefined);
  }

  private async readConfig(name: string): Promise<string | undefined> {
    const reply = await this.ask('CONFIG', 'GET', name);
    if (!Array.isArray(reply) || reply.length < 2) return undefined;
    return String(reply[1]);
  }
}

/** One command on a connection; undefined when the server refuses it. @throws when the connection breaks */
export async function askOn(
  redis: Redis,
  ...words: readonly [string, ...(string | Buffer)[]]
): Promise<unknown> {
  const [name, ...args] = words;
  try {
    return await redis.call(name, ...args);
  } catch (error) {
    if (isReplyError(error)) return undefined;
    throw error;
  }
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

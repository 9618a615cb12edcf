import type { Redis } from 'ioredis';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { TaskOutlook } from '../../../shared/model/task-outlook.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { CHECKPOINT_DB, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/claim.ts';
import { readLanes } from '../checkpoint/lanes.ts';
import { findParts, type StandingPart } from '../checkpoint/read-parts.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { coded, openForLook, type Side } from '../control/control-connection.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import type { FoundCluster } from '../control/discover-cluster.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { followsWell, identityOf } from '../control/server-facts.ts';
import { locate } from '../intake/resolver/resolver.ts';
import type { WritesSince } from '../control/write-mark.ts';
import type { Shard } from '../router/topology.ts';
import { atLanes } from '../claim/claim-stream.ts';
import { writesSinceHandOver, type TargetServers } from '../target/handed-over.ts';
import { SourceCluster } from '../source/source-cluster.ts';
import {
  startAhead,
  UNKNOWN,
  wouldRefuse,
  type FollowedServer,
  type StandingTask,
  type Start,
} from '../claim/start-ahead.ts';
import { homeFirst, TargetCluster } from '../target/target-cluster.ts';
import type { World } from '../world/world.ts';

const COMMAND_TIMEOUT_MS = 5_000;
const REPLICAS_AT_ONCE = 16;
/** What the nodes of a cluster list this under. */
const NAME = 'lockstep:look-ahead';

interface SourceLook {
  readonly keys: number;
  readonly followed: readonly FollowedServer[];
}

interface TargetLook {
  readonly keys: number;
  readonly standing: StandingTask;
  readonly writes: WritesSince;
}

/** Looks at both sides as a start of the task would find them. Only reads; a side that cannot be looked at is told as that. */
export async function lookAhead(world: World, spec: TaskSpec): Promise<TaskOutlook> {
  const databases = DatabaseChoice.of(spec);
  const [source, target] = await Promise.allSettled([
    looking(world, 'source', spec.source, (redis, at) => lookAtSource(world, at, redis, spec)),
    looking(world, 'target', spec.target, (redis, at) => lookAtTarget(world, at, redis, spec, databases)),
  ]);
  const faults = [source, target].flatMap((look) =>
    look.status === 'rejected' ? [plainReason(look.reason)] : [],
  );
  const from = source.status === 'fulfilled' ? source.value : undefined;
  const to = target.status === 'fulfilled' ? target.value : undefined;
  const ahead: Start = to ? startAhead(spec, to.standing, from?.followed) : UNKNOWN;
  const refusal = from && to && wouldRefuse(spec, to.standing, from.followed, ahead, to.writes);
  if (refusal !== undefined) faults.push(refusal);
  return {
    atMs: world.clock.now(),
    ...(refusal === undefined ? ahead : UNKNOWN),
    sourceKeys: from?.keys ?? null,
    targetKeys: to?.keys ?? null,
    writes: to?.writes ?? 'none',
    faults,
  };
}

async function looking<T>(
  world: World,
  side: Side,
  given: Endpoint,
  look: (redis: Redis, at: Endpoint) => Promise<T>,
): Promise<T> {
  const endpoint = await locate(world, side, given);
  const redis = await openForLook(world, side, endpoint, COMMAND_TIMEOUT_MS);
  return coded(side, endpoint, () => look(redis, endpoint)).finally(() => redis.disconnect());
}

const isCluster = async (redis: Redis): Promise<boolean> =>
  identityOf(await readInfo(redis, 'server', 'cluster')).cluster;

/** `redis` leads to the source, or to the node of it that was given. */
async function lookAtSource(world: World, at: Endpoint, redis: Redis, spec: TaskSpec): Promise<SourceLook> {
  const databases = DatabaseChoice.of(spec);
  if (!(await isCluster(redis))) return lookAtEach([redis], [undefined], databases);
  const cluster = new SourceCluster(world, at);
  try {
    const found = await cluster.look();
    const { shards } = found.topology;
    const look = await lookAtEach(await cluster.nodes.primaries(), shards, databases);
    if (spec.readFrom !== 'replicas') return look;
    const replicas = await lookAtReplicas(world, found);
    return { ...look, followed: look.followed.map((one, i) => ({ ...one, replicas: replicas[i]! })) };
  } finally {
    cluster.forget();
  }
}

async function lookAtEach(
  servers: readonly Redis[],
  shards: readonly (Shard | undefined)[],
  databases: DatabaseChoice,
): Promise<SourceLook> {
  const infos = await Promise.all(servers.map((redis) => readInfo(redis, 'replication', 'keyspace')));
  return {
    keys: infos.reduce((sum, info) => sum + keysIn(info, (db) => databases.takes(db)), 0),
    followed: infos.map((info, i) => ({ info, shard: shards[i] })),
  };
}

/** INFO of the replicas of each shard that are well and have a link to their primary: a run goes on by any of them. */
async function lookAtReplicas(
  world: World,
  { topology, endpointOf }: FoundCluster,
): Promise<readonly ReadonlyMap<string, string>[][]> {
  const infos = topology.shards.map((): ReadonlyMap<string, string>[] => []);
  const replicas = topology.shards.flatMap((shard, i) =>
    shard.replicas.filter(({ health }) => health === 'well').map((node) => ({ i, node })),
  );
  await eachAtOnce(replicas, REPLICAS_AT_ONCE, async ({ i, node }) => {
    const look = openForLook(world, 'source', endpointOf(node), COMMAND_TIMEOUT_MS).then((redis) =>
      readInfo(redis, 'server', 'replication', 'persistence').finally(() => redis.disconnect()),
    );
    const info = await look.catch(() => undefined);
    if (info && followsWell(identityOf(info))) infos[i]!.push(info);
  });
  return infos;
}

/** `redis` leads to the target, or to the node of it that was given. */
async function lookAtTarget(
  world: World,
  at: Endpoint,
  redis: Redis,
  spec: TaskSpec,
  databases: DatabaseChoice,
): Promise<TargetLook> {
  if (!(await isCluster(redis))) return lookAtServers([redis], undefined, spec, databases);
  const cluster = new TargetCluster(world, at, NAME);
  try {
    await cluster.look();
    return await lookAtServers(await homeFirst(cluster.nodes), cluster.nodes, spec, databases);
  } finally {
    cluster.forget();
  }
}

/** `nodes`: of a cluster. */
async function lookAtServers(
  servers: TargetServers,
  nodes: SlotNodes | undefined,
  { task }: TaskSpec,
  databases: DatabaseChoice,
): Promise<TargetLook> {
  const [home] = servers;
  const own = await readCheckpoint(home, task);
  const parts = own ? [] : await findParts(home, task);
  const all = [...(own ? [{ name: task, checkpoint: own }] : []), ...parts];
  const infos = await Promise.all(servers.map((redis) => readInfo(redis, 'keyspace')));
  const keys = infos.reduce((sum, info) => sum + keysIn(info, (db) => databases.includes(db)), 0);
  // The index of tasks, the checkpoints, of a cluster those of their lanes, and the names of keys of its own, which all parts have.
  const names = Math.max(0, ...all.map(({ checkpoint }) => setsOfNames(checkpoint)));
  const ours = all.reduce(
    (sum, { checkpoint }) => sum + 1 + (checkpoint.lanes?.lanes.length ?? 0),
    1 + names,
  );
  const placed = nodes ? (one: StandingName) => atLanesOf(nodes, one) : undefined;
  return {
    keys: Math.max(0, all.length > 0 && databases.includes(CHECKPOINT_DB) ? keys - ours : keys),
    writes: worstOf(await Promise.all(all.map(({ checkpoint }) => writesSinceHandOver(servers, checkpoint)))),
    standing: {
      own: own && ((await placed?.({ name: task, checkpoint: own })) ?? own),
      parts: await Promise.all(
        parts.map(async (part) => ({ ...part, checkpoint: (await placed?.(part)) ?? part.checkpoint })),
      ),
    },
  };
}

const setsOfNames = ({ kept, keptSlots }: Checkpoint): number => keptSlots?.slots.size ?? (kept ? 1 : 0);

type StandingName = Pick<StandingPart, 'name' | 'checkpoint'>;

/** How far its lanes are, where they tell. */
async function atLanesOf(
  nodes: SlotNodes,
  { name, checkpoint }: StandingName,
): Promise<Checkpoint | undefined> {
  if (checkpoint.state !== 'streaming' || !checkpoint.lanes) return undefined;
  return atLanes(checkpoint, await readLanes({ nodes, task: name, checkpoint }));
}

const worstOf = (writes: readonly WritesSince[]): WritesSince =>
  writes.find((one) => one === 'some') ?? writes.find((one) => one === 'unknown') ?? 'none';

const keysIn = (info: ReadonlyMap<string, string>, takes: (db: number) => boolean): number =>
  [...databasesOf(info)].reduce((sum, [db, { keys }]) => (takes(db) ? sum + keys : sum), 0);

import type { Redis } from 'ioredis';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { TaskOutlook } from '../../../shared/model/task-outlook.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { CHECKPOINT_DB, isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/claim.ts';
import { readLanes } from '../checkpoint/lanes.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { coded, openForLook, type Side } from '../control/control-connection.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { identityOf } from '../control/server-facts.ts';
import { locate } from '../intake/resolver/resolver.ts';
import type { WritesSince } from '../control/write-mark.ts';
import { reachesBack } from './backlog-reach.ts';
import { atLanes } from './claim-stream.ts';
import { writesSinceHandOver, type TargetServers } from './handed-over.ts';
import { whyNewCopy } from './prepare-target.ts';
import { homeFirst, TargetCluster } from './target-cluster.ts';
import type { World } from '../world/world.ts';

const COMMAND_TIMEOUT_MS = 5_000;
/** What the nodes of a cluster list this under. */
const NAME = 'lockstep:look-ahead';

interface SourceLook {
  readonly keys: number;
  readonly info: ReadonlyMap<string, string>;
}

interface TargetLook {
  readonly keys: number;
  readonly checkpoint: Checkpoint | undefined;
  readonly writes: WritesSince;
}

/** Looks at both servers as a start of the task would find them. Only reads; a side that cannot be looked at is told as that. */
export async function lookAhead(world: World, spec: TaskSpec): Promise<TaskOutlook> {
  const databases = new DatabaseChoice(spec.databases);
  const [source, target] = await Promise.allSettled([
    looking(world, 'source', spec.source, (redis) => lookAtSource(redis, databases)),
    looking(world, 'target', spec.target, (redis, at) => lookAtTargets(world, at, redis, spec, databases)),
  ]);
  const faults = [source, target].flatMap((look) =>
    look.status === 'rejected' ? [plainReason(look.reason)] : [],
  );
  const from = source.status === 'fulfilled' ? source.value : undefined;
  const to = target.status === 'fulfilled' ? target.value : undefined;
  return {
    atMs: world.clock.now(),
    ...startOf(spec, to, from),
    sourceKeys: from?.keys ?? null,
    targetKeys: to?.keys ?? null,
    writes: to?.writes ?? 'none',
    faults,
  };
}

function startOf(
  spec: TaskSpec,
  target: TargetLook | undefined,
  source: SourceLook | undefined,
): Pick<TaskOutlook, 'start' | 'reason'> {
  if (!target) return { start: 'unknown', reason: null };
  const { checkpoint } = target;
  if (!checkpoint || isBareClaim(checkpoint)) return { start: 'first-copy', reason: null };
  const reason = whyNewCopy(spec, checkpoint);
  if (reason !== undefined) return { start: 'new-copy', reason };
  const { replid, verified } = checkpoint;
  const reached = source && reachesBack(source.info, { replid, offset: verified });
  if (reached === undefined) return { start: 'unknown', reason: null };
  return { start: reached ? 'resume' : 'new-copy', reason: null };
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

/** `redis` leads to the target, or to the node of it that was given. */
async function lookAtTargets(
  world: World,
  at: Endpoint,
  redis: Redis,
  spec: TaskSpec,
  databases: DatabaseChoice,
): Promise<TargetLook> {
  if (!identityOf(await readInfo(redis, 'server', 'cluster')).cluster)
    return lookAtTarget([redis], spec, databases);
  const cluster = new TargetCluster(world, at, NAME);
  try {
    await cluster.look();
    const { nodes } = cluster;
    const look = await lookAtTarget(await homeFirst(nodes), spec, databases);
    const { checkpoint } = look;
    if (checkpoint?.state !== 'streaming' || !checkpoint.lanes) return look;
    return {
      ...look,
      checkpoint: atLanes(checkpoint, await readLanes({ nodes, task: spec.task, checkpoint })) ?? checkpoint,
    };
  } finally {
    cluster.forget();
  }
}

async function lookAtSource(redis: Redis, databases: DatabaseChoice): Promise<SourceLook> {
  const info = await readInfo(redis, 'replication', 'keyspace');
  return { info, keys: keysIn(info, databases) };
}

async function lookAtTarget(
  servers: TargetServers,
  { task }: TaskSpec,
  databases: DatabaseChoice,
): Promise<TargetLook> {
  const checkpoint = await readCheckpoint(servers[0], task);
  const writes = checkpoint ? await writesSinceHandOver(servers, checkpoint) : 'none';
  const infos = await Promise.all(servers.map((redis) => readInfo(redis, 'keyspace')));
  const keys = infos.reduce((sum, info) => sum + keysIn(info, databases), 0);
  // The checkpoint and the index of tasks, and of a cluster those of its lanes.
  const own = checkpoint && databases.includes(CHECKPOINT_DB) ? 2 + (checkpoint.lanes?.lanes.length ?? 0) : 0;
  return { checkpoint, writes, keys: Math.max(0, keys - own) };
}

const keysIn = (info: ReadonlyMap<string, string>, databases: DatabaseChoice): number =>
  [...databasesOf(info)].reduce((sum, [db, { keys }]) => (databases.includes(db) ? sum + keys : sum), 0);

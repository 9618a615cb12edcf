import type { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { guardingCluster, guardingServer, type Guarding } from '../checkpoint/guarded-node.ts';
import type { KeptGround } from '../checkpoint/note-kept.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { coded, openControl } from '../control/control-connection.ts';
import { checkTarget, readFacts, type ServerFacts } from '../control/server-facts.ts';
import { locate } from '../intake/resolver/resolver.ts';
import type { TargetServers } from './handed-over.ts';
import { homeFirst, TargetCluster } from './target-cluster.ts';
import type { World } from '../world/world.ts';

/** A target that somebody beside a run of a task works on. */
export interface OpenedTarget {
  /** Leads to where the checkpoints of tasks lie. */
  readonly redis: Redis;
  readonly facts: ServerFacts;
  readonly servers: TargetServers;
  /** Of a cluster, as it was found a moment ago. */
  readonly nodes: SlotNodes | undefined;
  readonly guarding: (task: string) => Guarding;
  /** For noting what keys of its own it has under a task; undefined for one server. */
  readonly keptGround: ((task: string) => KeptGround) | undefined;
}

/**
 * Opens a target by itself, or the nodes of one that is a cluster, for as long as `work` takes. `name`: what the nodes of a cluster list
 * the connections under. @throws LockstepError what opening a target may throw, and what `work` does
 */
export async function onTarget<T>(
  world: World,
  given: Endpoint,
  name: string,
  work: (target: OpenedTarget) => Promise<T>,
): Promise<T> {
  const target = await locate(world, 'target', given);
  const redis = await openControl(world, 'target', target);
  try {
    const facts = await readFacts(world.clock, 'target', target, redis);
    if (facts.cluster) return await onCluster(world, target, name, work);
    checkTarget(target, facts);
    const guarding = (task: string): Guarding => guardingServer(redis, task);
    return await coded('target', target, () =>
      work({ redis, facts, servers: [redis], nodes: undefined, guarding, keptGround: undefined }),
    );
  } finally {
    redis.disconnect();
  }
}

async function onCluster<T>(
  world: World,
  given: Endpoint,
  name: string,
  work: (target: OpenedTarget) => Promise<T>,
): Promise<T> {
  const cluster = new TargetCluster(world, given, name);
  try {
    await cluster.look();
    const { nodes, home } = cluster;
    const redis = await nodes.home();
    const facts = await readFacts(world.clock, 'target', home, redis);
    checkTarget(home, facts);
    const servers = await homeFirst(nodes);
    const guarding = (task: string): Guarding => guardingCluster(nodes, task);
    const keptGround = (task: string): KeptGround => cluster.keptGround(task);
    return await coded('target', home, () => work({ redis, facts, servers, nodes, guarding, keptGround }));
  } finally {
    cluster.forget();
  }
}

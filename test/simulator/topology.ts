import { ClusterModel } from './cluster-model.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { ServerModel } from './server-model.ts';
import { Side } from './side.ts';
import { SOURCE_NODE_PORTS, SOURCE_PORT, TARGET_NODE_PORTS, TARGET_PORT } from './simulated-task.ts';
import { SourceModel } from './source-model.ts';
import { TargetModel } from './target-model.ts';

/** Of what the two sides of a history are. */
export type Topology = 'standalone' | 'target-cluster' | 'source-cluster' | 'both';
export const TOPOLOGIES: readonly Topology[] = ['standalone', 'target-cluster', 'source-cluster', 'both'];

/** What histories are of: two sides, or one source and several targets. */
export type Scene = Topology | 'several';
export const SCENES: readonly Scene[] = [...TOPOLOGIES, 'several'];

export interface Sides {
  readonly source: Side<SourceModel>;
  readonly target: Side<TargetModel>;
}

export interface SidesOptions {
  /** What a server's clock may be ahead by. */
  readonly ahead?: readonly number[];
  /** How many primaries a cluster has, all of them with slots; left out, two to four, of which one may have none. */
  readonly shards?: { readonly source: number; readonly target: number } | undefined;
}

/** Both sides, listening. */
export function makeSides(
  topology: Topology,
  scheduler: Scheduler,
  random: Random,
  network: Network,
  { ahead, shards }: SidesOptions = {},
): Sides {
  const makeSource = (port: number, aheadMs: number): SourceModel =>
    new SourceModel(scheduler, random, port, aheadMs);
  const makeTarget = (port: number, aheadMs: number): TargetModel =>
    new TargetModel(scheduler, random, port, aheadMs);
  const ofSource = topology === 'source-cluster' || topology === 'both';
  const ofTarget = topology === 'target-cluster' || topology === 'both';
  const source = {
    port: SOURCE_PORT,
    nodes: SOURCE_NODE_PORTS,
    aheadMs: ahead ?? [0, 0, -300, 700],
    count: shards?.source,
  };
  const target = {
    port: TARGET_PORT,
    nodes: TARGET_NODE_PORTS,
    aheadMs: ahead ?? [0, 0, 400, -800],
    count: shards?.target,
  };
  const side = <T extends ServerModel>(
    make: (port: number, aheadMs: number) => T,
    { port, nodes, aheadMs, count: wanted }: typeof source,
    clustered: boolean,
  ): Side<T> => {
    const clockAheadMs = random.pick(aheadMs);
    if (!clustered) {
      const sole = make(port, clockAheadMs);
      network.listen(port, sole);
      return new Side([sole]);
    }
    const count = wanted ?? random.pick([2, 3, 3, 4]);
    const ports = Array.from({ length: count * 2 }, (_, i) => (i === 0 ? port : nodes + i));
    const servers = Array.from({ length: count }, (_, i) => make(ports[2 * i]!, clockAheadMs));
    const cluster = new ClusterModel<T>(scheduler, random);
    cluster.fullCoverage = random.chance(0.5);
    // One may have no slots before they are moved there.
    const idle = wanted === undefined && count > 2 && random.chance(0.3) ? 1 : 0;
    cluster.begin(servers, ports, count - idle);
    for (const { server, standby } of cluster.shards) {
      network.listen(server.port, server);
      network.listen(standby.port, standby);
    }
    return new Side(servers, cluster);
  };
  return { source: side(makeSource, source, ofSource), target: side(makeTarget, target, ofTarget) };
}

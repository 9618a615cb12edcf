import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { formatCount, formatDuration, formatKeys } from '../../../shared/format/numbers.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { runTask } from '../../backend/run-task.ts';
import { keySlot } from '../../engine/router/key-slot.ts';
import { compareServers } from '../../engine/verify/compare-servers.ts';
import { systemWorld } from '../../engine/world/system-world.ts';
import { describeReport } from '../cli/compare-command.ts';
import { SyncView } from '../cli/sync-view.ts';
import { loadMixedSet } from '../demo-data/mixed-set.ts';
import { forkEngine } from '../fork-engine.ts';
import { ClusterWriter } from './cluster-writer.ts';
import { DemoCluster } from './demo-cluster.ts';
import { DemoServer } from './demo-server.ts';
import { DemoWatch } from './demo-watch.ts';

const PRIMARIES = 3;
const KEYS = 20_000;
const MOVED_SLOTS = 40;
const STEP_MS = 2000;
const IN_STEP_AGAIN_MS = 60_000;

/** One server to a cluster, then that cluster to another one, which moves slots and fails over meanwhile. @returns 0 when all ends equal */
export async function runClusterDemo(): Promise<number> {
  const view = new SyncView(process.stdout, process.stderr);
  const servers: { stop(): Promise<void> }[] = [];
  try {
    const first = await DemoServer.start();
    servers.push(first);
    const second = await DemoCluster.start(PRIMARIES);
    servers.push(second);
    const third = await DemoCluster.start(PRIMARIES);
    servers.push(third);
    view.line(
      `Up: one server ${describeEndpoint(first.endpoint)}, and two clusters of ${PRIMARIES} primaries, ${describeEndpoint(second.endpoint)} and ${describeEndpoint(third.endpoint)}`,
    );
    await loadMixedSet(first.endpoint, { keys: KEYS, withTtlShare: 0.3, seed: 1 });
    view.line(`First: from the server, with ${formatCount(KEYS)} keys of every type, to the first cluster`);
    const moved = await follow('demo-to-cluster', first.endpoint, second, view, 'caught-up');
    view.line('Then: from the first cluster to the second, while a writer writes to the first');
    const followed = await follow('demo-clusters', second.endpoint, third, view, 'stopped', second);
    process.stdout.write(`\nServer and cluster:  ${word(moved)}\nCluster and cluster: ${word(followed)}\n`);
    return moved && followed ? EXIT.ok : EXIT.different;
  } finally {
    view.end();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

const word = (equal: boolean): string => (equal ? 'equal' : 'NOT EQUAL');

async function follow(
  task: string,
  source: Endpoint,
  target: DemoCluster,
  view: SyncView,
  until: 'caught-up' | 'stopped',
  changing?: DemoCluster,
): Promise<boolean> {
  const watch = new DemoWatch(view);
  const beganMs = Date.now();
  const running = runTask(
    forkEngine,
    {
      ...{ task, source, target: target.endpoint, until, databases: [0] },
      ...{ existing: 'fail', onFlush: 'stop', fullOnly: false, retryForMs: 60_000 },
      ...{ spoolDir: os.tmpdir(), spoolMaxBytes: 1024 ** 3, maxCommandsPerSecond: 0 },
    },
    (event) => watch.event(event),
  );
  await Promise.race([watch.inStep, running.outcome]);
  view.line(`In step after ${formatDuration(Date.now() - beganMs)}`);
  if (changing) {
    const writer = new ClusterWriter(changing.client);
    await sleep(STEP_MS);
    const slot = keySlot(Buffer.from('{moved}'));
    view.line(`Moving ${MOVED_SLOTS} slots of the source from one shard to another`);
    const keys = await changing.reshard(slotsOfSecond(slot));
    view.line(`${formatKeys(keys)} were moved; now a replica takes over from the first primary`);
    await sleep(STEP_MS);
    await changing.failover();
    await sleep(STEP_MS);
    const written = await writer.stop();
    view.line(`The writer has stopped after ${formatCount(written)} commands`);
    await watch.inStepAgain(IN_STEP_AGAIN_MS);
    running.stop('drain');
  }
  const outcome = await running.outcome;
  view.line(
    `${formatKeys(outcome.keysCopied)} copied, ${formatCount(outcome.commandsApplied)} commands applied, ${outcome.fullCopies} full copy of each shard; comparing every key`,
  );
  const report = await compareServers({
    world: systemWorld,
    source,
    target: target.endpoint,
    databases: [0],
  });
  process.stdout.write(`${describeReport(report)}\n`);
  return report.equal;
}

/** Some that the second primary has. */
const slotsOfSecond = (from: number): number[] => {
  const least = Math.ceil(16_384 / PRIMARIES);
  return Array.from({ length: MOVED_SLOTS }, (_, i) => least + ((from + i * 97) % 5000));
};

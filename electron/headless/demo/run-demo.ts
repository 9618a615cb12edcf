import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { formatBytes, formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { runTask, type RunningTask } from '../../backend/run-task.ts';
import { openControl } from '../../engine/control/control-connection.ts';
import { readInfo } from '../../engine/control/info.ts';
import { compareServers } from '../../engine/verify/compare-servers.ts';
import { describeReport } from '../cli/compare-command.ts';
import { SyncView } from '../cli/sync-view.ts';
import { loadMixedSet } from '../demo-data/mixed-set.ts';
import { startWriter } from '../demo-data/writer/start-writer.ts';
import { forkEngine } from '../fork-engine.ts';
import { DemoServer } from './demo-server.ts';
import { DemoWatch } from './demo-watch.ts';
import { systemWorld } from '../../engine/world/system-world.ts';

const KEYS = 200_000;
const WRITES_PER_SECOND = 10_000;
const IN_STEP_MS = 3000;
const AFTER_KILL_MS = 4000;
const LAG_TIMEOUT_MS = 60_000;

/** Everything once, on two servers of its own. @returns 0 when both sides end equal */
export async function runDemo(): Promise<number> {
  const view = new SyncView(process.stdout, process.stderr);
  const source = await DemoServer.start();
  const target = await DemoServer.start();
  try {
    view.line(
      `Two Redis servers are up: the source ${describeEndpoint(source.endpoint)}, the target ${describeEndpoint(target.endpoint)}`,
    );
    const beganMs = Date.now();
    await loadMixedSet(source.endpoint, { keys: KEYS, withTtlShare: 0.3, seed: 1 });
    view.line(
      `Loaded ${formatCount(KEYS)} keys of every type (${formatDuration(Date.now() - beganMs)}); a writer goes on writing`,
    );
    return await follow(source, target, view);
  } finally {
    view.end();
    await Promise.all([source.stop(), target.stop()]);
  }
}

async function follow(source: DemoServer, target: DemoServer, view: SyncView): Promise<number> {
  const writer = startWriter(source.endpoint, {
    ratePerSecond: WRITES_PER_SECOND,
    databases: [0, 1, 2],
    seed: 2,
  });
  const watch = new DemoWatch(view);
  const beganMs = Date.now();
  const task = runTask(forkEngine, specOf(source, target), (event) => watch.event(event));
  await Promise.race([watch.inStep, task.outcome]);
  const copyMs = Date.now() - beganMs;
  await sleep(IN_STEP_MS);
  view.line("Breaking the engine's connections to the target");
  await breakConnections(target);
  await sleep(AFTER_KILL_MS);
  const written = await writer.stop();
  const stoppedMs = Date.now();
  await untilApplied(source, watch, task);
  const lagMs = Date.now() - stoppedMs;
  task.stop('drain');
  const outcome = await task.outcome;
  view.line('Comparing every key on both sides');
  const report = await compareServers({
    world: systemWorld,
    source: source.endpoint,
    target: target.endpoint,
  });
  process.stdout.write(`${describeReport(report)}\n\n`);
  const rows: [string, string][] = [
    ['Keys copied', `${formatCount(outcome.keysCopied)} in ${formatDuration(copyMs)}, until in step`],
    ['Written meanwhile', `${formatCount(written.commands)} commands (${written.errors} errors)`],
    ['Applied', `${formatCount(outcome.commandsApplied)} commands, at most ${formatCount(watch.topRate)}/s`],
    ['Faults gone on after', String(watch.faults)],
    ['Full copies', String(outcome.fullCopies)],
    ['Lag after the last write', `gone after ${formatDuration(lagMs)}`],
    ['Memory of the engine', `at most ${formatBytes(watch.topRss)}`],
    ['Both sides', report.equal ? 'equal' : 'NOT EQUAL'],
  ];
  for (const [name, value] of rows) process.stdout.write(`${`${name}:`.padEnd(27)}${value}\n`);
  return report.equal && watch.faults > 0 ? EXIT.ok : EXIT.different;
}

function specOf(source: DemoServer, target: DemoServer): TaskSpec {
  return {
    task: 'demo',
    source: source.endpoint,
    target: target.endpoint,
    databases: undefined,
    existing: 'fail',
    onFlush: 'stop',
    until: 'stopped',
    fullOnly: false,
    retryForMs: 60_000,
    spoolDir: os.tmpdir(),
    spoolMaxBytes: 1024 ** 3,
    maxCommandsPerSecond: 0,
  };
}

/** Ends every connection that the engine's data path has to the target, as a firewall would. */
async function breakConnections(target: DemoServer): Promise<void> {
  const redis = await openControl(systemWorld, 'target', target.endpoint);
  const clients = String(await redis.client('LIST'));
  for (const line of clients.split('\n')) {
    const id = /^id=(\d+) .*name=lockstep:/.exec(line)?.[1];
    if (id) await redis.client('KILL', 'ID', id);
  }
  redis.disconnect();
}

async function untilApplied(source: DemoServer, watch: DemoWatch, task: RunningTask): Promise<void> {
  const redis = await openControl(systemWorld, 'source', source.endpoint);
  const offset = Number((await readInfo(redis, 'replication')).get('master_repl_offset'));
  redis.disconnect();
  const deadline = Date.now() + LAG_TIMEOUT_MS;
  let failed: unknown;
  task.outcome.catch((error: unknown) => (failed = error));
  while ((watch.metrics?.offsets.applied ?? 0) < offset && !failed && Date.now() < deadline) await sleep(50);
}

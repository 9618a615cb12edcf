import { setTimeout as sleep } from 'node:timers/promises';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { EngineChild } from '../support/engine-child.ts';
import { cpuSeconds, median } from './process-usage.ts';

const POLL_MS = 5;

export interface CopyRound {
  readonly seconds: number;
  readonly sourceCpu: number;
  readonly targetCpu: number;
  readonly engineCpu: number;
  readonly engineRssBytes: number;
}

export function benchSpec(source: RedisProcess, target: RedisProcess, until: TaskSpec['until']): TaskSpec {
  return {
    task: 'bench',
    source: localEndpoint(source.port),
    target: localEndpoint(target.port),
    databases: undefined,
    existing: 'fail',
    onFlush: 'stop',
    until,
    fullOnly: false,
    retryForMs: 0,
    spoolDir: source.dir,
    spoolMaxBytes: 8 * 1024 ** 3,
    maxCommandsPerSecond: 0,
  };
}

/** From REPLICAOF to the link being up. */
export async function nativeRound(source: RedisProcess): Promise<CopyRound> {
  const target = await startRedis();
  try {
    const client = target.client();
    await client.ping();
    const sourceCpu = cpuSeconds(source.pid);
    const began = performance.now();
    await client.replicaof('127.0.0.1', source.port);
    while (!(await client.info('replication')).includes('master_link_status:up')) await sleep(POLL_MS);
    const seconds = (performance.now() - began) / 1000;
    return {
      seconds,
      sourceCpu: await settledCpu(source.pid, sourceCpu),
      targetCpu: cpuSeconds(target.pid),
      engineCpu: 0,
      engineRssBytes: 0,
    };
  } finally {
    await target.stop();
  }
}

/** From the engine's start command to the end of the full copy, when the stream begins. */
export async function engineRound(source: RedisProcess): Promise<CopyRound> {
  const target = await startRedis();
  try {
    const engine = new EngineChild();
    await engine.until((event) => event.type === 'ready');
    const sourceCpu = cpuSeconds(source.pid);
    const began = performance.now();
    const copied = engine.untilPhase('catching-up');
    const finished = engine.until((event) => event.type === 'finished');
    engine.start(benchSpec(source, target, 'caught-up'));
    await copied;
    const seconds = (performance.now() - began) / 1000;
    engine.measure();
    const engineCpu = engine.cpuSeconds;
    const targetCpu = cpuSeconds(target.pid);
    await finished;
    const keys = await lastingKeys(target);
    // Two more than the source: the checkpoint, and the index of tasks.
    if (keys !== (await lastingKeys(source)) + 2)
      throw new Error(`the target has ${keys} keys that do not expire`);
    return {
      seconds,
      sourceCpu: await settledCpu(source.pid, sourceCpu),
      targetCpu,
      engineCpu,
      engineRssBytes: engine.peakRssBytes,
    };
  } finally {
    await target.stop();
  }
}

/** Prints the rounds of one data set. */
export function reportCopy(
  name: string,
  keys: number,
  native: readonly CopyRound[],
  engine: readonly CopyRound[],
): void {
  const of = (rounds: readonly CopyRound[], pick: (round: CopyRound) => number): number =>
    median(rounds.map(pick));
  const ratio = of(engine, (r) => r.seconds) / of(native, (r) => r.seconds);
  const line = (who: string, rounds: readonly CopyRound[]): string =>
    `  ${who.padEnd(10)} ${of(rounds, (r) => r.seconds).toFixed(2)} s   CPU: source ${of(rounds, (r) => r.sourceCpu).toFixed(2)} s, ` +
    `target ${of(rounds, (r) => r.targetCpu).toFixed(2)} s` +
    (who === 'lockstep' ? `, engine ${of(rounds, (r) => r.engineCpu).toFixed(2)} s` : '') +
    `   (${rounds.map((r) => r.seconds.toFixed(2)).join(', ')})`;
  const perKey = (of(engine, (r) => r.engineCpu) / keys) * 1e6;
  const rss = Math.max(...engine.map((r) => r.engineRssBytes)) / 1024 / 1024;
  console.log(`${name}: ${ratio.toFixed(2)} x REPLICAOF`);
  console.log(line('replicaof', native));
  console.log(line('lockstep', engine));
  console.log(`  engine CPU ${perKey.toFixed(2)} µs a key, peak RSS ${rss.toFixed(0)} MB`);
}

/** Keys that do not expire, since the others leave the two sides at different moments. */
async function lastingKeys(server: RedisProcess): Promise<number> {
  const info = await server.client().info('keyspace');
  return [...info.matchAll(/keys=(\d+),expires=(\d+)/g)].reduce(
    (sum, match) => sum + Number(match[1]) - Number(match[2]),
    0,
  );
}

/** The child that wrote the snapshot counts only once it has been reaped. */
async function settledCpu(pid: number, before: number): Promise<number> {
  await sleep(150);
  return cpuSeconds(pid) - before;
}

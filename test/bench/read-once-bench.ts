import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadStrings } from '../../electron/headless/demo-data/load-strings.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { writeSmall } from './bench-sides.ts';
import { cpuSeconds, median, peakRssBytes } from './process-usage.ts';

/** The same from here and from dist/bench, where the benchmark is built to. */
const CHILD = path.join(import.meta.dirname, '../../test/support/one-to-many/runs-child.ts');
const KEYS = 500_000;
const VALUE_BYTES = 100;
const COMMANDS = 500_000;
const POLL_MS = 20;
const MB = 1024 * 1024;

interface Round {
  readonly snapshots: number;
  readonly copySeconds: number;
  readonly copyOutputBytes: number;
  readonly copyCpu: number;
  readonly streamOutputBytes: number;
  readonly streamCpu: number;
  readonly engineCpu: number;
  readonly engineRssBytes: number;
}

/** Several targets of one source in one process: reading it once, against each run reading it by itself. */
export async function readOnceBench(rounds: number): Promise<void> {
  console.log(
    `${KEYS} strings of ${VALUE_BYTES} bytes copied, then ${COMMANDS} small commands; of the source:`,
  );
  for (const targets of [1, 2, 4]) {
    for (const how of ['apart', 'once'] as const) {
      const all: Round[] = [];
      for (let i = 0; i < rounds; i++) all.push(await round(targets, how));
      const of = (pick: (one: Round) => number): number => median(all.map(pick));
      console.log(
        `  ${targets} target${targets === 1 ? ' ' : 's'}, ${how.padEnd(5)}: ${of((r) => r.snapshots)} snapshots; copy ${of((r) => r.copySeconds).toFixed(1)} s, ` +
          `${(of((r) => r.copyOutputBytes) / MB).toFixed(0)} MB out, CPU ${of((r) => r.copyCpu).toFixed(2)} s; ` +
          `stream ${(of((r) => r.streamOutputBytes) / MB).toFixed(0)} MB out, CPU ${of((r) => r.streamCpu).toFixed(2)} s; ` +
          `the process: CPU ${of((r) => r.engineCpu).toFixed(1)} s, peak RSS ${(of((r) => r.engineRssBytes) / MB).toFixed(0)} MB`,
      );
    }
  }
}

interface SourceUsage {
  readonly snapshots: number;
  readonly offset: number;
  readonly outputBytes: number;
  readonly cpu: number;
}

async function usageOf(source: RedisProcess): Promise<SourceUsage> {
  const info = await source.client().info();
  const number = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return {
    snapshots: number('sync_full'),
    offset: number('master_repl_offset'),
    outputBytes: number('total_net_output_bytes'),
    cpu: ['sys', 'user', 'sys_children', 'user_children'].reduce(
      (sum, kind) => sum + number(`used_cpu_${kind}`),
      0,
    ),
  };
}

async function round(count: number, how: 'apart' | 'once'): Promise<Round> {
  const source = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  const targets = await Promise.all(Array.from({ length: count }, () => startRedis()));
  try {
    await loadStrings(localEndpoint(source.port), KEYS, VALUE_BYTES);
    const begin = await usageOf(source);
    const beganMs = performance.now();
    const wanted = targets.map(({ url }, i) => ({
      ...{ source: source.url, target: url, task: `bench-${i}`, spoolDir: source.dir },
    }));
    const child = fork(CHILD, [JSON.stringify(wanted), how], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    const copySeconds = (performance.now() - beganMs) / 1000;
    const copied = await usageOf(source);
    await writeSmall(
      {
        endpoint: localEndpoint(source.port),
        servers: [source],
        ownerOf: () => 0,
        stop: async () => undefined,
      },
      COMMANDS,
    );
    const { offset } = await usageOf(source);
    for (const [i, target] of targets.entries()) await applied(target, `bench-${i}`, offset);
    const end = await usageOf(source);
    const engineCpu = cpuSeconds(child.pid!);
    const engineRssBytes = peakRssBytes(child.pid!);
    child.kill('SIGKILL');
    await once(child, 'exit');
    return {
      snapshots: end.snapshots,
      copySeconds,
      copyOutputBytes: copied.outputBytes - begin.outputBytes,
      copyCpu: copied.cpu - begin.cpu,
      streamOutputBytes: end.outputBytes - copied.outputBytes,
      streamCpu: end.cpu - copied.cpu,
      engineCpu,
      engineRssBytes,
    };
  } finally {
    await Promise.all([source, ...targets].map((server) => server.stop()));
  }
}

async function applied(target: RedisProcess, task: string, offset: number): Promise<void> {
  const client = target.client();
  const key = `lockstep:{tasks}:checkpoint:${task}`;
  while (Number(await client.hget(key, 'offset')) < offset) await sleep(POLL_MS);
}

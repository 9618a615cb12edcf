import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { EngineChild } from '../support/engine-child.ts';
import { startRedis } from '../support/redis-server.ts';
import {
  fillSide,
  keysOn,
  startSide,
  startWideSide,
  writeSmall,
  type BenchSide,
  type SideKind,
} from './bench-sides.ts';
import { benchSpec } from './copy-bench.ts';
import { cpuSeconds, median } from './process-usage.ts';

const KEYS = 1_000_000;
const KEY_BYTES = 100;
const STREAM_COMMANDS = 2_000_000;
const POLL_MS = 5;

interface Pairing {
  readonly source: SideKind;
  readonly target: SideKind;
}

/** Seconds of processor time until the copy stood; of the source with the processes that made its snapshots, as far as these had ended. */
interface Cpu {
  readonly source: number;
  readonly target: number;
  readonly engine: number;
}

interface Round {
  readonly copySeconds: number;
  readonly copyCpu: Cpu;
  readonly commandsPerSecond: number;
  readonly rssBytes: number;
}

/**
 * What a topology costs: each pairing in turn on the same data, and one native replica a shard of its source, all fed side by side.
 * The stream is what comes in during a pause, applied from the spool afterwards: that is the engine's own speed, and not the writer's.
 */
export async function topologyBench(pairings: readonly Pairing[], rounds: number): Promise<void> {
  for (const source of new Set(pairings.map((pairing) => pairing.source))) {
    const side = await startSide(source);
    await fillSide(side, KEYS, KEY_BYTES);
    const targets = pairings.filter((pairing) => pairing.source === source);
    const natively: { readonly seconds: number; readonly cpu: Cpu }[] = [];
    const byTarget = new Map(targets.map(({ target }) => [target, [] as Round[]]));
    for (let round = 0; round < rounds; round++) {
      natively.push(await nativeRound(side));
      for (const { target } of targets) byTarget.get(target)!.push(await engineRound(side, target));
    }
    const native = median(natively.map(({ seconds }) => seconds));
    console.log(
      `from ${source}: ${native.toFixed(2)} s for native replicas of its ${side.servers.length}; ${cpuWords(natively.map(({ cpu }) => cpu))}`,
    );
    for (const [target, of] of byTarget) {
      const seconds = median(of.map((round) => round.copySeconds));
      const rate = median(of.map((round) => round.commandsPerSecond));
      const rss = Math.max(...of.map((round) => round.rssBytes)) / 1024 / 1024;
      console.log(
        `  to ${target.padEnd(10)} copy ${seconds.toFixed(2)} s (${(seconds / native).toFixed(2)} x natively; ` +
          `${of.map((round) => round.copySeconds.toFixed(2)).join(', ')}), stream ${rate.toFixed(0)} commands/s ` +
          `(${of.map((round) => round.commandsPerSecond.toFixed(0)).join(', ')}), peak RSS ${rss.toFixed(0)} MB; ${cpuWords(of.map((round) => round.copyCpu))}`,
      );
    }
    await side.stop();
  }
}

function cpuWords(rounds: readonly Cpu[]): string {
  const of = (pick: (cpu: Cpu) => number): string => median(rounds.map(pick)).toFixed(2);
  return `CPU of the copy: sources ${of((c) => c.source)} s, targets ${of((c) => c.target)} s, engine ${of((c) => c.engine)} s`;
}

const cpuOf = ({ servers }: Pick<BenchSide, 'servers'>): number =>
  servers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);

/** What a source of very many shards takes: one memory is for all of its feeds. */
export async function manyShardsBench(shards: number): Promise<void> {
  const side = await startWideSide(shards);
  await fillSide(side, KEYS, KEY_BYTES);
  for (const target of ['standalone', 'cluster'] as const) {
    const { copySeconds, commandsPerSecond, rssBytes } = await engineRound(side, target);
    const rss = rssBytes / 1024 / 1024;
    console.log(
      `from ${shards} shards to ${target.padEnd(10)} copy ${copySeconds.toFixed(2)} s, ` +
        `stream ${commandsPerSecond.toFixed(0)} commands/s, peak RSS ${rss.toFixed(0)} MB`,
    );
  }
  await side.stop();
}

/** Until the last of the replicas, one a server of the source, is up. */
async function nativeRound({ servers }: BenchSide): Promise<{ seconds: number; cpu: Cpu }> {
  const replicas = await Promise.all(servers.map(() => startRedis()));
  try {
    const before = cpuOf({ servers });
    const began = performance.now();
    await Promise.all(
      replicas.map(async (replica, i) => {
        const client = replica.client();
        await client.replicaof('127.0.0.1', servers[i]!.port);
        while (!(await client.info('replication')).includes('master_link_status:up')) await sleep(POLL_MS);
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    return {
      seconds,
      cpu: { source: cpuOf({ servers }) - before, target: cpuOf({ servers: replicas }), engine: 0 },
    };
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
}

async function engineRound(source: BenchSide, kind: SideKind): Promise<Round> {
  const target = await startSide(kind);
  try {
    const engine = new EngineChild();
    await engine.until((event) => event.type === 'ready');
    const before = { source: cpuOf(source), target: cpuOf(target) };
    engine.measure();
    const engineBefore = engine.cpuSeconds;
    const began = performance.now();
    const copied = engine.untilPhase('catching-up');
    const inStep = engine.untilPhase('in-step');
    engine.start(specOf(source, target));
    await copied;
    const copySeconds = (performance.now() - began) / 1000;
    engine.measure();
    const copyCpu = {
      source: cpuOf(source) - before.source,
      target: cpuOf(target) - before.target,
      engine: engine.cpuSeconds - engineBefore,
    };
    await inStep;
    const paused = engine.untilPhase('paused');
    engine.send({ type: 'pause' });
    await paused;
    await writeSmall(source, STREAM_COMMANDS);
    await sleep(1000);
    const again = engine.untilPhase('in-step');
    const resumed = performance.now();
    engine.send({ type: 'resume' });
    await again;
    const commandsPerSecond = STREAM_COMMANDS / ((performance.now() - resumed) / 1000);
    const finished = engine.until((event) => event.type === 'finished');
    engine.stop();
    await finished;
    const [left, right] = [await keysOn(source), await keysOn(target)];
    if (left !== right) throw new Error(`the source has ${left} keys, the target ${right}`);
    return { copySeconds, copyCpu, commandsPerSecond, rssBytes: engine.peakRssBytes };
  } finally {
    await target.stop();
  }
}

const specOf = (source: BenchSide, target: BenchSide): TaskSpec => ({
  ...benchSpec(source.servers[0]!, target.servers[0]!, 'stopped'),
  retryForMs: 60_000,
});

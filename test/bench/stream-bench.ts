import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { EngineChild } from '../support/engine-child.ts';
import { benchSpec } from './copy-bench.ts';
import { FullSpeedWriter } from './full-speed-writer.ts';
import { LagSampler } from './lag-sampler.ts';
import { cpuSeconds, median } from './process-usage.ts';

const POLL_MS = 10;

interface StreamRound {
  readonly writtenPerSecond: number;
  readonly appliedPerSecond: number;
  readonly lagMs: number;
  readonly secondsToLagZero: number;
  readonly targetCpu: number;
  readonly engineCpu: number;
  readonly engineRssBytes: number;
}

/** (d): a writer at full speed on the source while the other side is in step. */
export async function streamBench(rounds: number, seconds: number): Promise<void> {
  const native: StreamRound[] = [];
  const engine: StreamRound[] = [];
  for (let round = 0; round < rounds; round++) {
    native.push(await streamRound(seconds, followNatively));
    engine.push(await streamRound(seconds, followByEngine));
  }
  const of = (from: readonly StreamRound[], pick: (round: StreamRound) => number): number =>
    median(from.map(pick));
  const ratio = of(engine, (r) => r.appliedPerSecond) / of(native, (r) => r.appliedPerSecond);
  console.log(
    `(d) a pipelined writer at full speed for ${seconds} s: ${ratio.toFixed(2)} of what a native replica applies`,
  );
  for (const [who, from] of [
    ['replicaof', native],
    ['lockstep', engine],
  ] as const) {
    console.log(
      `  ${who.padEnd(10)} applied ${of(from, (r) => r.appliedPerSecond).toFixed(0)}/s of ${of(from, (r) => r.writtenPerSecond).toFixed(0)}/s written, ` +
        `lag ${of(from, (r) => r.lagMs).toFixed(0)} ms at the median, 0 after ${of(from, (r) => r.secondsToLagZero).toFixed(2)} s, target CPU ${of(from, (r) => r.targetCpu).toFixed(1)} s` +
        (who === 'lockstep' ? `, engine CPU ${of(from, (r) => r.engineCpu).toFixed(1)} s` : ''),
    );
  }
  console.log(`  peak RSS ${(Math.max(...engine.map((r) => r.engineRssBytes)) / 1024 / 1024).toFixed(0)} MB`);
}

interface Follower {
  readonly appliedOffset: () => Promise<number>;
  readonly end: () => Promise<{ readonly cpu: number; readonly rssBytes: number }>;
}

async function streamRound(
  seconds: number,
  follow: (source: RedisProcess, target: RedisProcess) => Promise<Follower>,
): Promise<StreamRound> {
  const source = await startRedis();
  const target = await startRedis();
  try {
    const follower = await follow(source, target);
    const offset = async (): Promise<number> =>
      Number(/master_repl_offset:(\d+)/.exec(await source.client().info('replication'))![1]);
    const startOffset = await offset();
    const cpu = cpuSeconds(target.pid);
    const writer = new FullSpeedWriter(source.port);
    const lag = new LagSampler(offset, follower.appliedOffset);
    await sleep(seconds * 1000);
    const lagMs = await lag.stop();
    const applied = await follower.appliedOffset();
    const commands = await writer.stop();
    const stoppedAt = performance.now();
    const endOffset = await offset();
    while ((await follower.appliedOffset()) < endOffset) await sleep(POLL_MS);
    const secondsToLagZero = (performance.now() - stoppedAt) / 1000;
    const targetCpu = cpuSeconds(target.pid) - cpu;
    const { cpu: engineCpu, rssBytes } = await follower.end();
    const share = (applied - startOffset) / (endOffset - startOffset);
    return {
      writtenPerSecond: commands / seconds,
      appliedPerSecond: (commands * share) / seconds,
      lagMs,
      secondsToLagZero,
      targetCpu,
      engineCpu,
      engineRssBytes: rssBytes,
    };
  } finally {
    await target.stop();
    await source.stop();
  }
}

async function followNatively(source: RedisProcess, target: RedisProcess): Promise<Follower> {
  const client = target.client();
  await client.replicaof('127.0.0.1', source.port);
  while (!(await client.info('replication')).includes('master_link_status:up')) await sleep(POLL_MS);
  return {
    appliedOffset: async () => Number(/slave_repl_offset:(\d+)/.exec(await client.info('replication'))![1]),
    end: async () => ({ cpu: 0, rssBytes: 0 }),
  };
}

async function followByEngine(source: RedisProcess, target: RedisProcess): Promise<Follower> {
  const engine = new EngineChild();
  await engine.until((event) => event.type === 'ready');
  const inStep = engine.untilPhase('in-step');
  engine.start(benchSpec(source, target, 'stopped'));
  await inStep;
  const client = target.client();
  return {
    // The checkpoint on the target is what is really applied there.
    appliedOffset: async () => Number(await client.hget('lockstep:{tasks}:checkpoint:bench', 'offset')),
    end: async () => {
      const finished = engine.until((event) => event.type === 'finished');
      engine.stop();
      await finished;
      return { cpu: engine.cpuSeconds, rssBytes: engine.peakRssBytes };
    },
  };
}

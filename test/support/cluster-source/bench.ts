/** A task from a cluster, run by an engine process of its own, under a writer. */
import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { compareServers } from '../../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import { parseEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { startCluster, type ClusterOptions, type TestCluster } from '../cluster.ts';
import { EngineChild } from '../engine-child.ts';
import { eventually } from '../eventually.ts';
import { startRedis, type RedisProcess } from '../redis-server.ts';
import { ClusterWriter } from './cluster-writer.ts';
import { compareDigests, WITH_DIGESTS } from './digests.ts';

const SOURCE_ARGS = ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb', ...WITH_DIGESTS];
/** Spread over all shards, at the edges of three of them too. */
export const WRITTEN_SLOTS = [0, 700, 2900, 5460, 5461, 8000, 10_921, 10_922, 13_500, 16_383];

const MOST_TOLD = 300;

export type TargetKind = 'one server' | 'a cluster of 2 shards';

export interface BenchOptions {
  readonly target: TargetKind;
  readonly source?: ClusterOptions;
  /** More of the command lines of the target's servers. */
  readonly targetArgs?: readonly string[];
  /** The program of both sides; the one on the path by default. */
  readonly binary?: string;
}

export class ClusterSourceBench {
  readonly source: TestCluster;
  readonly target: RedisProcess | TestCluster;
  private readonly spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-cluster-source-'));
  private readonly engines: EngineChild[] = [];
  private writer: ClusterWriter | undefined;

  private constructor(source: TestCluster, target: RedisProcess | TestCluster) {
    this.source = source;
    this.target = target;
  }

  static async open({
    target,
    source = {},
    targetArgs = [],
    binary,
  }: BenchOptions): Promise<ClusterSourceBench> {
    const args = [...WITH_DIGESTS, ...targetArgs];
    const program = binary === undefined ? {} : { binary };
    const [from, to] = await Promise.all([
      startCluster({ ...source, ...program, args: [...SOURCE_ARGS, ...(source.args ?? [])] }),
      target === 'one server'
        ? startRedis({ ...program, args })
        : startCluster({ ...program, primaries: 2, args }),
    ]);
    return new ClusterSourceBench(from, to);
  }

  /** `via`: the member of the source that is given, by default the last one. */
  spec(more: Partial<TaskSpec> = {}, via = this.source.members.at(-1)!): TaskSpec {
    return {
      task: 'orders',
      source: parseEndpoint(via.server.url),
      target: parseEndpoint(this.target.url),
      databases: undefined,
      existing: 'fail',
      onFlush: 'stop',
      until: 'stopped',
      fullOnly: false,
      retryForMs: 60_000,
      spoolDir: this.spoolDir,
      spoolMaxBytes: 1024 ** 3,
      maxCommandsPerSecond: 0,
      ...more,
    };
  }

  async start(spec: TaskSpec = this.spec()): Promise<EngineChild> {
    const engine = new EngineChild();
    this.engines.push(engine);
    await engine.until((event) => event.type === 'ready');
    engine.start(spec);
    return engine;
  }

  /** Started, and in step. */
  async follow(spec?: TaskSpec): Promise<EngineChild> {
    const engine = await this.start(spec);
    await engine.untilPhase('in-step');
    return engine;
  }

  async write(seed = 1, slots: readonly number[] = WRITTEN_SLOTS): Promise<ClusterWriter> {
    return (this.writer = await ClusterWriter.start(this.source, slots, seed));
  }

  async stopWriting(): Promise<void> {
    await this.writer?.stop();
    this.writer = undefined;
  }

  /** Resolves once the run has applied more of what is written. */
  async applied(engine: EngineChild, commands = 300): Promise<void> {
    const from = engine.metrics?.applied.commands ?? 0;
    await eventually(`${commands} more commands are applied`, () => {
      const failed = engine.events.find(({ type }) => type === 'failed');
      if (failed) throw new Error(JSON.stringify(failed));
      return (engine.metrics?.applied.commands ?? 0) > from + commands;
    });
  }

  /** Ends a run in order. */
  async end(engine: EngineChild): Promise<Outcome> {
    const ended = engine.until((event) => event.type === 'finished');
    engine.stop();
    const end = await ended;
    await engine.exited;
    if (end.type !== 'finished') throw new Error('no end');
    return end.outcome;
  }

  /** Ends the writer and the run, and compares both sides: as a user would, and by their servers' own digests. */
  async expectEqual(engine: EngineChild, wanted: Partial<Outcome> = {}): Promise<Outcome> {
    await this.stopWriting();
    const outcome = await this.end(engine);
    expect(outcome).toMatchObject({ reason: 'stopped', resumable: true, ...wanted });
    await this.expectSame();
    return outcome;
  }

  async expectSame(): Promise<void> {
    const [via] = await primariesOf(this.source);
    const source = parseEndpoint(`redis://127.0.0.1:${via!.options.port}`);
    const report = await compareServers({
      world: systemWorld,
      source,
      target: parseEndpoint(this.target.url),
    });
    expect(report.differences, this.story()).toEqual([]);
    const { different, keys } = await compareDigests(
      await primariesOf(this.source),
      await primariesOf(this.target),
    );
    expect(different, this.story()).toEqual([]);
    expect(keys).toBeGreaterThan(0);
  }

  /** What the engines have told lately, and where the last one stands. */
  private story(): string {
    const told = this.engines.flatMap(({ pid, events }) =>
      events.flatMap((event) =>
        event.type === 'event'
          ? [`${pid} ${new Date(event.atMs).toISOString().slice(14, 23)} ${event.text}`]
          : event.type === 'finished' || event.type === 'failed'
            ? [`${pid} ${JSON.stringify(event)}`]
            : [],
      ),
    );
    return [...told.slice(-MOST_TOLD), JSON.stringify(this.engines.at(-1)?.metrics?.feeds)].join('\n');
  }

  /** Full copies that the nodes of the source have made, for their own replicas too. */
  async fullSyncs(): Promise<number> {
    const infos = await Promise.all((await upOf(this.source)).map((client) => client.info('stats')));
    return infos.reduce((sum, info) => sum + Number(/sync_full:(\d+)/.exec(info)![1]), 0);
  }

  async targetPrimaries(): Promise<readonly Redis[]> {
    return primariesOf(this.target);
  }

  async close(): Promise<void> {
    for (const engine of this.engines) engine.kill();
    await this.stopWriting().catch(() => undefined);
    await Promise.all([this.source.stop(), this.target.stop()]);
    rmSync(this.spoolDir, { recursive: true, force: true });
  }
}

/** Those that answer. */
async function upOf({ members }: TestCluster): Promise<Redis[]> {
  const answers = await Promise.all(
    members.map(({ client }) =>
      Promise.race([
        client.ping().then(
          () => true,
          () => false,
        ),
        new Promise<boolean>((resolve) => setTimeout(resolve, 1000, false)),
      ]),
    ),
  );
  return members.flatMap(({ client }, i) => (answers[i] ? [client] : []));
}

async function primariesOf(side: RedisProcess | TestCluster): Promise<Redis[]> {
  if (!('members' in side)) return [side.client()];
  const up = await upOf(side);
  const roles = await Promise.all(up.map((client) => client.role()));
  return up.filter((_, i) => roles[i]![0] === 'master');
}

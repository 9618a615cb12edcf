/** One source, several targets, and a task for each of these in this process. */
import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { SourceLogs } from '../../../electron/engine/intake/source-log/source-logs.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import { startWriter, type Writer } from '../../../electron/headless/demo-data/writer/start-writer.ts';
import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import { parseEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../redis-server.ts';
import { expectEqual } from '../sync-outcome.ts';
import { poll } from '../sync-run.ts';
import { startTaskRun, type StartedTask } from '../task-run.ts';

const SOURCE_ARGS = ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '64mb'];

/** What a source tells of those who read it. */
export interface SourceFigures {
  readonly links: number;
  readonly fullSyncs: number;
  readonly partialSyncs: number;
}

export interface OneToManyOptions {
  readonly targets: number;
  readonly sourceArgs?: readonly string[];
  readonly targetArgs?: readonly string[];
}

export class OneToMany {
  readonly source: RedisProcess;
  readonly targets: readonly RedisProcess[];
  readonly a: Redis;
  readonly spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-one-to-many-'));
  logs = new SourceLogs(systemWorld);
  /** The present run of each target. */
  readonly runs: StartedTask[] = [];
  private writer: Writer | undefined;

  private constructor(source: RedisProcess, targets: readonly RedisProcess[]) {
    this.source = source;
    this.targets = targets;
    this.a = source.client();
  }

  static async open({ targets, sourceArgs = [], targetArgs = [] }: OneToManyOptions): Promise<OneToMany> {
    const [source, ...to] = await Promise.all([
      startRedis({ args: [...SOURCE_ARGS, ...sourceArgs] }),
      ...Array.from({ length: targets }, () => startRedis({ args: targetArgs })),
    ]);
    return new OneToMany(source, to);
  }

  /** Begins a run to a target; `logs` undefined: one that reads the source by itself. */
  start(target: number, spec: Partial<TaskSpec> = {}, logs: SourceLogs | undefined = this.logs): StartedTask {
    return (this.runs[target] = startTaskRun(
      this.source.url,
      this.targets[target]!.url,
      { task: `to-${target}`, until: 'stopped', spoolDir: this.spoolDir, ...spec },
      { logs },
    ));
  }

  /** Begins a run to each target at once, and waits until all are in step. */
  async follow(spec: Partial<TaskSpec> = {}): Promise<void> {
    for (let target = 0; target < this.targets.length; target++) this.start(target, spec);
    await this.inStep();
  }

  async inStep(): Promise<void> {
    await poll('all are in step', () => {
      for (const { phases, told, outcome } of this.runs) {
        void outcome.catch((error: unknown) => told.push(`ended: ${String(error)}`));
        const ended = told.find((text) => text.startsWith('ended: '));
        if (ended) throw new Error(`${ended}\n${this.story()}`);
        if (phases.at(-1) !== 'in-step') return false;
      }
      return true;
    });
  }

  /** Commands of every kind, among them those that may be run once only. */
  write(ratePerSecond = 3000, seed = 1): void {
    this.writer = startWriter(parseEndpoint(this.source.url), {
      ...{ ratePerSecond, databases: [0, 1, 3], seed, reconnect: true },
    });
  }

  async stopWriting(): Promise<void> {
    await this.writer?.stop();
    this.writer = undefined;
  }

  /** Waits until what the source holds now stands on these targets. */
  async applied(...targets: readonly number[]): Promise<void> {
    const mark = `mark ${Math.random()}`;
    await this.a.set('marker', mark);
    for (const target of targets.length > 0 ? targets : this.targets.keys()) {
      const b = this.targets[target]!.client();
      await poll(
        `the marker on target ${target}\n${this.story()}`,
        async () => (await b.get('marker')) === mark,
      );
      b.disconnect();
    }
  }

  async figures(): Promise<SourceFigures> {
    const info = await this.a.info();
    const number = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    return {
      links: number('connected_slaves'),
      fullSyncs: number('sync_full'),
      partialSyncs: number('sync_partial_ok'),
    };
  }

  /** Waits until the source is read over one link. */
  async readOnce(): Promise<void> {
    await poll(`one link\n${this.story()}`, async () => (await this.figures()).links === 1);
  }

  /** Ends the writer and all runs in order, and compares. @returns how the runs ended */
  async endEqual(): Promise<readonly Outcome[]> {
    await this.stopWriting();
    await this.applied();
    await this.inStep();
    for (const { run } of this.runs) run.stop('drain');
    const outcomes = await Promise.all(this.runs.map(({ outcome }) => outcome));
    for (const target of this.targets) await expectEqual(this.source, target);
    for (const { reason } of outcomes) expect(reason).toBe('stopped');
    this.runs.length = 0;
    return outcomes;
  }

  /** What the runs have told. */
  story(): string {
    return this.runs.map(({ told, phases }, i) => `${i}: ${phases.at(-1)}\n${told.join('\n')}`).join('\n');
  }

  async close(): Promise<void> {
    await this.stopWriting().catch(() => undefined);
    for (const { run, outcome } of this.runs) {
      run.stop('now');
      await outcome.catch(() => undefined);
    }
    await Promise.all([this.source, ...this.targets].map((server) => server.stop()));
    rmSync(this.spoolDir, { recursive: true, force: true });
  }
}

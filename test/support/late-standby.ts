import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { EngineChild } from './engine-child.ts';
import { eventually } from './eventually.ts';
import { startRedis, type RedisProcess } from './redis-server.ts';
import { expectEqual } from './sync-outcome.ts';
import { startRun, type SyncRun } from './sync-run.ts';
import { startVersion, type TestedVersion } from './versions/servers.ts';

/** Bringing a million times to another bound takes its time beside other work. */
const DEADLINE_MS = 180_000;
/** As the command line has it. */
const RETRY_FOR_MS = 43_200_000;

/** Two servers, and a task between them with this small bound. */
export class LateStandby {
  readonly smallMs: number;
  readonly source: RedisProcess;
  readonly target: RedisProcess;
  readonly a: Redis;
  readonly b: Redis;
  private readonly spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-late-standby-'));
  run: SyncRun | undefined;

  private constructor(smallMs: number, source: RedisProcess, target: RedisProcess) {
    this.smallMs = smallMs;
    this.source = source;
    this.target = target;
    this.a = source.client();
    this.b = target.client();
  }

  /** On servers of the system's own version, or with a target of another one. */
  static async start(smallMs: number, version?: TestedVersion): Promise<LateStandby> {
    const [source, target] = await Promise.all([
      startRedis(),
      version ? startVersion(version) : startRedis(),
    ]);
    return new LateStandby(smallMs, source, target);
  }

  /** The state of the expiry machine while the stream is applied, as the checkpoint has it. */
  async inState(wanted: string): Promise<void> {
    const stands = async (): Promise<boolean> => {
      const [state, expiry] = await this.b.hmget('lockstep:{tasks}:checkpoint:test', 'state', 'expiry');
      return state === 'streaming' && expiry === wanted;
    };
    await eventually(`expiry on the target is ${wanted}`, stands, DEADLINE_MS);
  }

  async follow(more: Partial<TaskSpec> = {}, state = 'small'): Promise<SyncRun> {
    const { source, target, spoolDir, smallMs } = this;
    this.run = startRun(source.url, target.url, {
      ...{ spoolDir, until: 'stopped', expiryLateMs: smallMs, retryForMs: RETRY_FOR_MS },
      ...more,
    });
    await this.inState(state);
    return this.run;
  }

  /** The same in a process of its own, which can be killed. */
  async followApart(more: Partial<TaskSpec> = {}, state = 'small'): Promise<EngineChild> {
    const engine = new EngineChild();
    const choices = { existing: 'fail', onFlush: 'stop', until: 'stopped', fullOnly: false } as const;
    engine.start({
      ...{
        ...choices,
        task: 'test',
        retryForMs: RETRY_FOR_MS,
        spoolDir: this.spoolDir,
        spoolMaxBytes: 1024 ** 3,
      },
      ...{ source: parseEndpoint(this.source.url), target: parseEndpoint(this.target.url) },
      ...{ expiryLateMs: this.smallMs, maxCommandsPerSecond: 0, ...more },
    });
    await this.inState(state);
    return engine;
  }

  freeze(): void {
    process.kill(this.target.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.target.pid, 'SIGCONT');
  }

  /** Ends the run in order, and finds both sides equal, without another copy than these. */
  async ends(copies: number): Promise<void> {
    await this.a.set('marker', 'last');
    await eventually('what comes last', async () => (await this.b.get('marker')) === 'last', DEADLINE_MS);
    this.run!.session.stop('drain');
    await this.run!.outcome;
    expect(this.run!.told.filter((text) => /full copy begins/.test(text))).toHaveLength(copies);
    await expectEqual(this.source, this.target);
  }

  async stop(): Promise<void> {
    this.thaw();
    this.run?.session.stop('now');
    await this.run?.outcome.catch(() => undefined);
    await Promise.all([this.source.stop(), this.target.stop()]);
    rmSync(this.spoolDir, { recursive: true, force: true });
  }
}

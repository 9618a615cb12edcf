import type { Limits, Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { AskedKey } from '../repair/asked-keys.ts';
import { serverKey } from '../intake/source-log/server-key.ts';
import type { SourceLogs } from '../intake/source-log/source-logs.ts';
import type { World } from '../world/world.ts';
import { notCluster } from '../source/other-source.ts';
import { ClusterSession } from './cluster-session.ts';
import type { Run } from '../task/run.ts';
import { SyncSession, type SessionSetting } from '../task/sync-session.ts';
import type { TaskEvents } from '../events/task-events.ts';

export interface TaskRunSetting extends Pick<SessionSetting, 'makeArena'> {
  /** What the runs of this process read their sources by: those that follow the same source read it once. */
  readonly logs?: SourceLogs | undefined;
}

/** One run of a task, whatever its source is found to be: one server, or the shards of a cluster. */
export class TaskRun implements Run {
  private readonly world: World;
  private readonly spec: TaskSpec;
  private readonly events: TaskEvents;
  private readonly setting: TaskRunSetting;
  private readonly sole: SyncSession;
  private current: Run;
  private paused = false;
  private limits: Limits | undefined;
  private stopped: Stop | undefined;

  constructor(world: World, spec: TaskSpec, events: TaskEvents, setting: TaskRunSetting = {}) {
    this.world = world;
    this.spec = spec;
    this.events = events;
    this.setting = setting;
    this.current = this.sole = new SyncSession(world, spec, events, setting);
  }

  async run(): Promise<Outcome> {
    let clustered;
    try {
      clustered = await this.sole.isOfCluster();
      if (!clustered && this.spec.readFrom === 'replicas') throw notCluster(this.spec);
    } catch (error) {
      await this.sole.leave();
      throw error;
    }
    return clustered ? this.runByShards() : this.current.run();
  }

  private async runByShards(): Promise<Outcome> {
    const { logs, makeArena } = this.setting;
    const { comers } = logs ?? {};
    // Its parts are about to read what those of other runs do.
    const comer = comers?.expect(serverKey(this.spec.source));
    const arrived = (): void => comer && comers?.end(comer);
    try {
      await this.sole.leave();
      const setting = { logs, makeArena, onBegun: arrived };
      const session = (this.current = new ClusterSession(this.world, this.spec, this.events, setting));
      if (this.limits) session.setLimits(this.limits);
      if (this.paused) session.pause();
      if (this.stopped) session.stop(this.stopped);
      session.repair(this.sole.takeAsked());
      return await session.run();
    } finally {
      arrived();
    }
  }

  stop(how: Stop): void {
    this.stopped = how;
    this.current.stop(how);
  }

  pause(): void {
    this.paused = true;
    this.current.pause();
  }

  resume(): void {
    this.paused = false;
    this.current.resume();
  }

  answer(question: TaskQuestion, agreed: boolean): void {
    this.current.answer(question, agreed);
  }

  repair(keys: readonly AskedKey[]): void {
    this.current.repair(keys);
  }

  setLimits(limits: Limits): void {
    this.limits = limits;
    this.current.setLimits(limits);
  }

  metrics(phase: Phase): Metrics {
    return this.current.metrics(phase);
  }

  get resumable(): boolean {
    return this.current.resumable;
  }

  get handedOver(): boolean {
    return this.current.handedOver;
  }
}

import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { lookAtDrift, NO_DRIFT_MEMORY, UNKNOWN_DRIFT } from '../../../shared/model/drift.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { judge } from '../../../shared/model/judgement.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { TaskState } from '../../../shared/model/task-view.ts';
import type { MeasuredTask } from './measured-task.ts';

/** What a run of the command line has told, as a host would know its task. */
export class FollowedRun {
  readonly #spec: TaskSpec;
  #startedAtMs: number;
  #state: TaskState = 'starting';
  #sinceMs: number;
  #metrics: Metrics | null = null;
  #drift = UNKNOWN_DRIFT;
  #memory = NO_DRIFT_MEMORY;

  constructor(spec: TaskSpec, nowMs: number) {
    this.#spec = spec;
    this.#startedAtMs = nowMs;
    this.#sinceMs = nowMs;
  }

  event(event: EngineEvent, nowMs: number): void {
    if (event.type === 'finished') return this.#become('stopped', nowMs);
    if (event.type === 'failed') return this.#become('failed', nowMs);
    if (event.type !== 'metrics') return;
    const { metrics } = event;
    if (metrics.phase !== this.#metrics?.phase) this.#sinceMs = nowMs;
    if (this.#state === 'starting') this.#state = 'running';
    this.#metrics = metrics;
    const look = lookAtDrift(metrics, this.#spec.existing, this.#memory);
    this.#drift = look.drift;
    this.#memory = look.memory;
  }

  /** It has not begun: another process works for the task. */
  waits(nowMs: number): void {
    if (this.#state !== 'stopped') this.#become('stopped', nowMs);
  }

  begins(nowMs: number): void {
    this.#startedAtMs = nowMs;
    this.#become('starting', nowMs);
  }

  /** It has ended without a last word. */
  failed(nowMs: number): void {
    if (this.#state !== 'stopped') this.#become('failed', nowMs);
  }

  measured(nowMs: number): MeasuredTask {
    const { task, source, target, spoolMaxBytes } = this.#spec;
    const metrics = this.#metrics;
    const drift = this.#drift;
    const startedAtMs = this.#startedAtMs;
    const sinceMs = this.#sinceMs;
    const state = this.#state;
    const heard = {
      ...{ state, phase: metrics?.phase ?? ('connecting' as const), trouble: null, sinceMs, startedAtMs },
      ...{ metrics, drift, compared: null, renewed: null, heardAtMs: metrics?.atMs },
    };
    return {
      ...{ task, name: task, group: '' },
      ...{ source: describeEndpoint(source), target: describeEndpoint(target) },
      ...{ spoolMaxBytes, startedAtMs, metrics, drift, compared: null },
      judgement: judge(heard, nowMs),
      atWork: state === 'starting' || state === 'running',
    };
  }

  #become(state: TaskState, nowMs: number): void {
    this.#state = state;
    this.#sinceMs = nowMs;
  }
}

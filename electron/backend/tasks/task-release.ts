import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { Released } from '../../../shared/model/released.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Fault } from '../../../shared/model/task-view.ts';
import type { StartEngine } from '../engine-process.ts';
import type { EventLog } from '../events/event-log.ts';
import { runEngineJob, type EngineJob } from '../jobs/engine-job.ts';
import { faultOf } from '../jobs/fault-of.ts';

export interface TaskReleaseOptions {
  readonly startEngine: StartEngine;
  readonly log: EventLog;
  /** A fault that is being tried again. */
  readonly onTrouble: (fault: Fault, giveUpAtMs: number) => void;
  /** It is over; undefined when the target was handed over. */
  readonly onEnd: (failure: Fault | undefined) => void;
}

/** Hands a task's target over while no run does: an engine of its own, one at a time. */
export class TaskRelease {
  private readonly options: TaskReleaseOptions;
  private job: EngineJob<'released'> | undefined;

  constructor(options: TaskReleaseOptions) {
    this.options = options;
  }

  begin(target: TaskSpec['target'], task: string): void {
    const { startEngine } = this.options;
    const where = describeEndpoint(target);
    const command = { type: 'release', target, task } as const;
    const onEvent = (event: EngineEvent): void => this.hear(event);
    try {
      this.job = runEngineJob({ startEngine, command, ending: 'released', onEvent });
    } catch (error) {
      return this.failed(error);
    }
    void this.job.done.then(
      ({ released }) => this.done(released, where),
      (error: unknown) => this.failed(error),
    );
  }

  /** What was done stays, and the next one finishes it. */
  cancel(): void {
    this.job?.cancel();
  }

  private hear(event: EngineEvent): void {
    if (event.type !== 'event') return;
    const { code, text, atMs, giveUpAtMs } = event;
    this.options.log.add('warning', text, code, atMs);
    if (code !== undefined && giveUpAtMs !== undefined)
      this.options.onTrouble({ code, fact: text, atMs }, giveUpAtMs);
  }

  private done({ keys, state }: Released, where: string): void {
    const { log, onEnd } = this.options;
    log.add(
      'success',
      `The target is handed over: ${formatKeys(keys)} on ${where} have their exact expiry again`,
    );
    if (state === 'copying')
      log.add('warning', 'The full copy was not complete: the target holds only a part of the source');
    onEnd(undefined);
  }

  private failed(error: unknown): void {
    const fault = faultOf(error);
    // Nobody has typed the name of the task: its checkpoint is gone.
    this.options.onEnd(fault.code === 'USAGE' ? { ...fault, code: 'CHECKPOINT_MISSING' } : fault);
  }
}

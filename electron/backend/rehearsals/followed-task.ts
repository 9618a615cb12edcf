import type { EngineEvent, Outcome } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { FollowedRun } from './setting.ts';
import { runTask, type RunningTask } from '../run-task.ts';

export interface FollowedTaskOptions {
  readonly startRun: (onEvent: (event: EngineEvent) => void) => FollowedRun;
  readonly onPhase: (phase: Phase) => void;
  readonly onMetrics: (metrics: Metrics) => void;
  readonly onFault: (atMs: number, text: string) => void;
}

/** A run of a task that a rehearsal looks at from one phase to the next. */
export class FollowedTask {
  private readonly options: FollowedTaskOptions;
  private readonly running: FollowedRun;
  private readonly waiting = new Set<{ readonly phase: Phase; readonly arrived: () => void }>();
  private shown: Phase = 'connecting';
  last: Metrics | undefined;
  /** The most bytes of a snapshot that were told: a report at the end may tell none. */
  copiedBytes = 0;

  constructor(options: FollowedTaskOptions) {
    this.options = options;
    this.running = options.startRun((event) => this.event(event));
    // Told by whoever waits for it.
    this.running.outcome.catch(() => undefined);
  }

  get outcome(): Promise<Outcome> {
    return this.running.outcome;
  }

  get phase(): Phase {
    return this.shown;
  }

  /** How many keys of its databases the target held when they were counted last, the tool's own left out. */
  get targetKeys(): number {
    return (this.last?.databases ?? []).reduce((sum, { targetKeys }) => sum + targetKeys, 0);
  }

  stop(how: Parameters<RunningTask['stop']>[0]): void {
    this.running.stop(how);
  }

  /** The rehearsal needs it no longer: it goes on by itself, or is stopped once it has applied what the source has written. */
  async leave(): Promise<void> {
    if (this.running.leave) return this.running.leave();
    this.stop('drain');
    await this.running.outcome;
  }

  /** Resolves once it is in this phase. @throws LockstepError what ended it before */
  async reached(phase: Phase): Promise<void> {
    if (this.shown === phase) return;
    const arrival = new Promise<void>((arrived) => this.waiting.add({ phase, arrived }));
    await Promise.race([arrival, this.endedEarly()]);
  }

  /** Never resolves. @throws LockstepError what ended it, or INTERRUPTED where it was stopped */
  async endedEarly(): Promise<never> {
    await this.running.outcome;
    throw new LockstepError('INTERRUPTED', 'the task ended before the rehearsal did');
  }

  private event(event: EngineEvent): void {
    if (event.type === 'metrics') this.metrics(event.metrics);
    else if (event.type === 'event' && event.severity === 'warning')
      this.options.onFault(event.atMs, event.text);
  }

  private metrics(metrics: Metrics): void {
    this.last = metrics;
    this.copiedBytes = Math.max(this.copiedBytes, metrics.copy.bytesDone);
    const { phase } = metrics;
    if (phase !== this.shown) {
      this.shown = phase;
      this.options.onPhase(phase);
    }
    this.options.onMetrics(metrics);
    for (const waiter of this.waiting) {
      if (waiter.phase !== phase) continue;
      this.waiting.delete(waiter);
      waiter.arrived();
    }
  }
}

/** A run of the task of a rehearsal, which begins this step with it, ends it with its signal, and has its faults in its report. */
export function followTask(
  { recorder, setting }: Pick<Rehearsal, 'recorder' | 'setting'>,
  step: 'connect' | 'catch-up' | 'go-on' | 'copy-again',
  {
    onPhase = () => undefined,
    onMetrics = () => undefined,
  }: Partial<Pick<FollowedTaskOptions, 'onPhase' | 'onMetrics'>> = {},
): FollowedTask {
  const { startEngine, own, spec, signal } = setting;
  recorder.begin(step);
  const startRun: FollowedTaskOptions['startRun'] = (onEvent) =>
    own ? own.run(onEvent) : runTask(startEngine, spec, onEvent);
  const onFault = (atMs: number, text: string): void => recorder.fault(atMs, text);
  const task = new FollowedTask({ startRun, onPhase, onMetrics, onFault });
  const stop = (): void => task.stop('now');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  void task.outcome.catch(() => undefined).finally(() => signal.removeEventListener('abort', stop));
  return task;
}

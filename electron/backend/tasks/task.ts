import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import { nextState, type TaskSignal } from '../../../shared/model/task-machine.ts';
import { isActive, type Fault, type TaskState, type TaskView } from '../../../shared/model/task-view.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { StartEngine } from '../engine-process.ts';
import type { EventLog } from '../events/event-log.ts';
import { History } from '../history/history.ts';
import { EngineSession, type SessionEnd } from './engine-session.ts';
import { factOf, severityOf } from './engine-words.ts';
import { RetryWindow } from './retry-window.ts';
import { RunRecord } from './run-record.ts';
import type { StoredTask } from './stored-task.ts';
import type { TaskAlerts } from './task-alerts.ts';
import { TaskTrouble } from './task-trouble.ts';
import { describeEnd, describeOutcome } from './task-words.ts';

const MINUTE_MS = 60_000;

/** In these the task gets on, so what troubled it is over. */
const WELL: ReadonlySet<Phase> = new Set(['full-copy', 'catching-up', 'in-step', 'paused']);
/** In these an engine has not got to its servers yet. */
const NOT_UP: ReadonlySet<Phase> = new Set(['connecting', 'reconnecting', 'ended']);

export interface TaskOptions {
  readonly stored: StoredTask;
  readonly startEngine: StartEngine;
  readonly log: EventLog;
  readonly alerts: TaskAlerts;
  /** @throws LockstepError SECRET_NEEDED */
  readonly specOf: (task: StoredTask) => TaskSpec;
  readonly missingSecretsOf: (task: StoredTask) => ('source' | 'target')[];
  /** @throws LockstepError STORE_UNWRITABLE */
  readonly save: (task: StoredTask) => void;
  /** The view is another than before. */
  readonly onChange: () => void;
}

/** One task: what is stored of it, and the engine that works for it while it is active. */
export class Task {
  readonly log: EventLog;
  readonly history = new History();
  private readonly options: TaskOptions;
  private stored: StoredTask;
  private state: TaskState;
  private sinceMs: number;
  private readonly record = new RunRecord();
  private readonly retries = new RetryWindow();
  private readonly trouble: TaskTrouble;
  private resumeOffered: boolean;
  private session: EngineSession | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  /** What is being tried has worked before, so a fault that heals is waited for. */
  private patient = false;
  private closing = false;
  private readonly restListeners = new Set<() => void>();

  constructor(options: TaskOptions) {
    this.options = options;
    this.log = options.log;
    this.trouble = new TaskTrouble(options.alerts);
    const { stored } = options;
    this.stored = stored;
    this.sinceMs = stored.failure?.atMs ?? stored.createdAtMs;
    this.state = stored.failure ? 'failed' : stored.completed ? 'completed' : 'stopped';
    this.resumeOffered = stored.wanted !== 'stopped';
  }

  get profile(): StoredTask {
    return this.stored;
  }

  get active(): boolean {
    return isActive(this.state);
  }

  view(): TaskView {
    const { wanted: _wanted, failure, completed: _completed, ...profile } = this.stored;
    const { phase, startedAtMs, timeline, metrics, drift, spark } = this.record;
    return {
      ...profile,
      state: this.state,
      phase,
      sinceMs: this.sinceMs,
      startedAtMs,
      timeline,
      metrics,
      drift,
      spark,
      failure,
      trouble: this.trouble.current,
      resumeOffered: this.resumeOffered,
      missingSecrets: this.options.missingSecretsOf(this.stored),
    };
  }

  /** @throws LockstepError TASK_STATE, SECRET_NEEDED, STORE_UNWRITABLE */
  start(words = 'Started'): void {
    this.require('start', 'it is active already');
    this.options.specOf(this.stored);
    this.save({ wanted: 'running', failure: null, completed: false });
    this.patient = this.resumeOffered;
    this.resumeOffered = false;
    this.retries.reset();
    this.record.begin(Date.now());
    this.move('start');
    this.log.add('info', words);
    this.launch();
    this.changed();
  }

  /** The engine tells it in the log. @throws LockstepError TASK_STATE, STORE_UNWRITABLE */
  pause(): void {
    this.require('pause', `it is ${this.state}`);
    this.save({ wanted: 'paused' });
    this.session?.send({ type: 'pause' });
    this.move('pause');
    this.log.add(
      'info',
      'Paused: nothing is sent to the target, the stream of the source waits in the spool',
    );
    this.changed();
  }

  /** @throws LockstepError TASK_STATE, STORE_UNWRITABLE */
  resume(): void {
    this.require('resume', `it is ${this.state}, not paused`);
    this.save({ wanted: 'running' });
    this.session?.send({ type: 'resume' });
    this.move('resume');
    this.changed();
  }

  /** A second stop ends it at its checkpoint. @throws LockstepError TASK_STATE, STORE_UNWRITABLE */
  stop(words = 'Stopping: what the source has written so far is applied first'): void {
    this.require('stop', 'it does not run');
    this.save({ wanted: 'stopped' });
    this.log.add('info', this.state === 'stopping' ? 'Stopping at the checkpoint' : words);
    this.move('stop');
    this.endSession('drain');
    this.changed();
  }

  /** The user does not want to go on with it. @throws LockstepError STORE_UNWRITABLE */
  declineResume(): void {
    if (!this.resumeOffered) return;
    this.save({ wanted: 'stopped' });
    this.resumeOffered = false;
    this.log.add('info', 'Left stopped');
    this.changed();
  }

  /** Takes over changes that have been validated, and tells the engine of what it can change meanwhile. */
  edit(changes: Partial<StoredTask>, words: string | undefined): void {
    if (Object.keys(changes).length > 0) this.save(changes);
    const { maxCommandsPerSecond, maxBytesPerSecond } = this.stored;
    if (changes.maxCommandsPerSecond !== undefined || changes.maxBytesPerSecond !== undefined)
      this.session?.send({ type: 'limits', limits: { maxCommandsPerSecond, maxBytesPerSecond } });
    if (words !== undefined) this.log.add('info', words);
    this.changed();
  }

  /** The application ends: the engine stops at its checkpoint, and what is wanted of the task stays. */
  close(): Promise<void> {
    this.closing = true;
    if (!this.active) return Promise.resolve();
    const rest = this.atRest();
    this.log.add('info', 'The application is closing: the task stops at its checkpoint');
    if (this.state !== 'stopping') this.move('stop');
    this.endSession('now');
    return rest;
  }

  /** Its servers are gone for good: nothing can be applied any more. */
  endAtOnce(words: string): void {
    this.save({ wanted: 'stopped' });
    this.log.add('warning', words);
    this.move('stop');
    if (this.session) this.session.abandon();
    else this.endSession('now');
    this.changed();
  }

  /** Ends the engine's process at once. */
  kill(): void {
    this.session?.kill();
  }

  /** Resolves when no engine works for it any more. */
  atRest(): Promise<void> {
    return this.active ? new Promise((resolve) => this.restListeners.add(resolve)) : Promise.resolve();
  }

  private launch(): void {
    this.retryTimer = undefined;
    try {
      this.session = new EngineSession({
        startEngine: this.options.startEngine,
        spec: this.options.specOf(this.stored),
        paused: this.stored.wanted === 'paused',
        onEvent: (event) => this.receive(event),
        onEnd: (end) => this.sessionEnded(end),
      });
    } catch (error) {
      const fact = error instanceof Error ? error.message : String(error);
      if (error instanceof LockstepError) this.fail(error.code, fact);
      else this.sessionEnded({ kind: 'died', fact: `its process could not be started: ${fact}` });
    }
  }

  private endSession(how: 'drain' | 'now'): void {
    if (this.session) this.session.stop(how);
    else this.sessionEnded({ kind: 'abandoned' });
  }

  private receive(event: EngineEvent): void {
    if (event.type === 'metrics') return this.report(event.metrics);
    if (event.type !== 'event') return;
    const { code, text, atMs, giveUpAtMs } = event;
    this.log.add(severityOf(event.severity, text), text, code, atMs);
    // A fault that is met during a pause is only looked at again when the pause ends.
    if (code === undefined || (this.state === 'paused' && giveUpAtMs === undefined)) return;
    this.trouble.met({ code, fact: factOf(code, text), atMs }, giveUpAtMs ?? atMs + this.retryForMs);
    this.changed();
  }

  private report(metrics: Metrics): void {
    const { phase, atMs } = metrics;
    if (this.record.report(metrics, this.stored.existing)) this.sinceMs = atMs;
    this.history.add(metrics);
    if (!NOT_UP.has(phase)) {
      this.patient = true;
      this.move(this.stored.wanted === 'paused' ? 'up-paused' : 'up');
    }
    if (phase === 'reconnecting') this.trouble.again(atMs);
    if (WELL.has(phase)) this.wellAgain(atMs);
    this.changed();
  }

  private wellAgain(nowMs: number): void {
    this.retries.well(nowMs);
    const afterMs = this.trouble.healed(nowMs);
    if (afterMs !== undefined) this.log.add('success', `The fault is over after ${formatDuration(afterMs)}`);
  }

  private sessionEnded(end: SessionEnd): void {
    this.session = undefined;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    if (this.state === 'stopping') this.stopped(end);
    else if (end.kind === 'finished') this.finished(end);
    else if (end.kind === 'failed') {
      if (this.patient && ERROR_CATALOGUE[end.code].heals) this.retry(end.code, end.fact, 'retry');
      else this.fail(end.code, end.fact);
    } else {
      this.retry('ENGINE_DIED', end.kind === 'died' ? end.fact : 'it was ended', 'died');
    }
    this.changed();
  }

  private stopped(end: SessionEnd): void {
    const { severity, text, code } = describeEnd(end);
    this.log.add(severity, text, code);
    this.rest(end.kind === 'finished' && end.outcome.reason === 'full-copy' ? 'completed' : 'finished');
  }

  private finished(end: Extract<SessionEnd, { kind: 'finished' }>): void {
    this.log.add('success', describeOutcome(end.outcome));
    this.rest(end.outcome.reason === 'full-copy' ? 'completed' : 'finished');
  }

  private retry(code: ErrorCode, fact: string, signal: 'retry' | 'died'): void {
    const nowMs = Date.now();
    const { title } = ERROR_CATALOGUE[code];
    const retry = this.retries.next(nowMs, this.retryForMs);
    if (!retry) return this.fail('RETRY_EXHAUSTED', `${title}: ${fact}`);
    const wait = formatDuration(retry.waitMs);
    this.log.add('warning', `${title} (${fact}); starting again in ${wait}`, code);
    this.move(signal);
    if (this.record.enter('reconnecting', nowMs)) this.sinceMs = nowMs;
    this.trouble.met({ code, fact, atMs: nowMs }, retry.giveUpAtMs);
    this.retryTimer = setTimeout(() => this.launch(), retry.waitMs);
  }

  private fail(code: ErrorCode, fact: string): void {
    const fault: Fault = { code, fact, atMs: Date.now() };
    this.log.add('error', `${ERROR_CATALOGUE[code].title}: ${fact}`, code);
    this.rest('failed', fault);
    this.options.alerts.failed(fault);
    this.changed();
  }

  /** No engine works for it any more. What cannot be stored has been told as a notice. */
  private rest(signal: 'finished' | 'completed' | 'failed', failure: Fault | null = null): void {
    this.trouble.end();
    this.record.end(Date.now());
    this.move(signal);
    const wanted = this.closing ? this.stored.wanted : 'stopped';
    const ended = { ...this.stored, wanted, failure, completed: signal === 'completed' } as const;
    try {
      this.options.save(ended);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
    }
    this.stored = ended;
    for (const listener of [...this.restListeners]) listener();
    this.restListeners.clear();
  }

  private get retryForMs(): number {
    return this.stored.retryForMinutes * MINUTE_MS;
  }

  private require(signal: TaskSignal, fact: string): void {
    if (this.closing || nextState(this.state, signal) === undefined)
      throw new LockstepError('TASK_STATE', this.closing ? 'the application is closing' : fact);
  }

  private move(signal: TaskSignal): void {
    const next = nextState(this.state, signal);
    if (next === undefined || next === this.state) return;
    this.state = next;
    this.sinceMs = Date.now();
  }

  private save(changes: Partial<StoredTask>): void {
    const next = { ...this.stored, ...changes };
    this.options.save(next);
    this.stored = next;
  }

  private changed(): void {
    this.options.onChange();
  }
}

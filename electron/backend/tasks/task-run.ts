import type { EngineEvent, Stop } from '../../../shared/contract/engine-messages.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import { nodesAway } from '../../../shared/format/lane-words.ts';
import { formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { describeUnsettled } from '../../../shared/format/slot-words.ts';
import type { LaneFigures } from '../../../shared/model/lane.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { SentinelAddress } from '../../../shared/model/sentinel-group.ts';
import type { TaskSignal } from '../../../shared/model/task-machine.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { SettingChange } from '../../../shared/model/setting-change.ts';
import { standingIn, type TargetStanding } from '../../../shared/model/target-standing.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Fault, TaskState } from '../../../shared/model/task-view.ts';
import type { StartEngine } from '../engine-process.ts';
import { EventBrake } from '../events/event-brake.ts';
import type { EventLog } from '../events/event-log.ts';
import type { TaskHistory } from '../history/task-history.ts';
import { EngineSession, type SessionEnd } from './engine-session.ts';
import { factOf, severityOf } from './engine-words.ts';
import { RetryWindow } from './retry-window.ts';
import { RunRecord } from './run-record.ts';
import type { StoredTask } from './stored-task.ts';
import type { TaskAlerts } from './task-alerts.ts';
import { TaskTrouble } from './task-trouble.ts';
import { describeQuestion } from '../../../shared/format/task-question-words.ts';
import { describeEnd, describeOutcome } from './task-words.ts';

const MINUTE_MS = 60_000;
/** An engine tells a few a minute. */
const MOST_EVENTS_PER_SECOND = 50;

/** In these the task gets on, so what troubled it is over. */
const WELL: ReadonlySet<Phase> = new Set([
  'receiving',
  'asking',
  'full-copy',
  'clearing',
  'catching-up',
  'in-step',
  'paused',
]);
/** In these an engine has not got to its servers yet. */
const NOT_UP: ReadonlySet<Phase> = new Set(['connecting', 'reconnecting', 'ended']);

/** Of these nothing is left that could be handed over: another run has the target, or what says how it stands is gone. */
const OUT_OF_HAND: ReadonlySet<ErrorCode> = new Set(['TARGET_TAKEN_OVER', 'CHECKPOINT_MISSING']);

const handsOver = (end: SessionEnd): boolean =>
  end.kind === 'finished' || (end.kind === 'failed' && (end.handedOver || OUT_OF_HAND.has(end.code)));

/** Who hears what the present engine tells, and how it ended. */
export interface RunFollower {
  readonly onEvent: (event: EngineEvent) => void;
  readonly onEnd: (end: SessionEnd) => void;
}

export interface TaskRunOptions {
  readonly startEngine: StartEngine;
  readonly log: EventLog;
  readonly alerts: TaskAlerts;
  readonly history: TaskHistory;
  readonly stored: () => StoredTask;
  /** See TaskOptions. */
  readonly hasSlept: () => boolean;
  readonly state: () => TaskState;
  /** @throws LockstepError SECRET_NEEDED */
  readonly spec: () => TaskSpec;
  readonly signal: (signal: TaskSignal) => void;
  /** The target is left otherwise from now on. */
  readonly onStanding: (standing: TargetStanding) => void;
  /** A setting of the target was changed for the run; null: none is. */
  readonly onSetting: (change: SettingChange | null) => void;
  /** No engine works for the task any more. */
  /** The source has become a replica of the target. */
  readonly onMoved: () => void;
  readonly onRest: (signal: 'finished' | 'completed' | 'failed', failure: Fault | null) => void;
  /** What has become of keys that were to be brought. */
  readonly onRepaired: (event: Extract<EngineEvent, { type: 'repaired' }>) => void;
  /** The engine has ended, and with it whatever it was asked to do. */
  readonly onEngineEnd: () => void;
  /** There is something new to show. */
  readonly onChange: () => void;
  /** There is, and a report tells all of it. */
  readonly onReport: () => void;
}

/** The engines that work for one task, one after the other: started, listened to, and started again when they end unasked. */
export class TaskRun {
  readonly record = new RunRecord();
  readonly trouble: TaskTrouble;
  private readonly options: TaskRunOptions;
  private readonly retries = new RetryWindow();
  private readonly brake = new EventBrake(MOST_EVENTS_PER_SECOND);
  private session: EngineSession | undefined;
  private retryTimer: NodeJS.Timeout | undefined;
  /** What is being tried has worked before, so a fault that heals is waited for. */
  private patient = false;
  /** The end of the present engine is not that of the run. */
  private anew = false;
  private readonly followers = new Set<RunFollower>();

  constructor(options: TaskRunOptions) {
    this.options = options;
    this.trouble = new TaskTrouble(options.alerts);
  }

  begin(patient: boolean): void {
    this.patient = patient;
    this.retries.reset();
    this.record.begin(Date.now());
    this.launch();
  }

  /** What the engine was told has changed: it ends at its checkpoint, and the next one goes on as the task is stored by then. */
  beginAnew(): void {
    // Somebody sits in front of it, as at the first start.
    this.patient = false;
    this.retries.reset();
    this.trouble.end();
    this.anew = true;
    if (this.session) this.session.stop('now');
    else this.ended({ kind: 'abandoned' });
  }

  /** An engine works for it, and is told what comes. */
  get running(): boolean {
    return this.session !== undefined;
  }

  /** Until the present engine has ended. @returns a function that ends it before */
  follow(follower: RunFollower): () => void {
    this.followers.add(follower);
    return () => void this.followers.delete(follower);
  }

  /** Nothing is lost while no engine lives: the next one is told of the task as it is then. */
  send(command: Parameters<EngineSession['send']>[0]): void {
    this.session?.send(command);
  }

  stop(how: Stop): void {
    if (this.session) this.session.stop(how);
    else this.ended({ kind: 'abandoned' });
  }

  /** Ends the engine for which there is nothing left to do. */
  abandon(): void {
    if (this.session) this.session.abandon();
    else this.ended({ kind: 'abandoned' });
  }

  kill(): void {
    this.session?.kill();
  }

  private launch(): void {
    this.retryTimer = undefined;
    try {
      this.session = new EngineSession({
        startEngine: this.options.startEngine,
        spec: this.options.spec(),
        paused: this.options.stored().wanted === 'paused',
        onEvent: (event) => {
          this.receive(event);
          for (const { onEvent } of [...this.followers]) onEvent(event);
        },
        onEnd: (end) => this.ended(end),
      });
    } catch (error) {
      const fact = plainReason(error);
      if (error instanceof LockstepError) this.fail(error.code, fact);
      else this.ended({ kind: 'died', fact: `its process could not be started: ${fact}` });
    }
  }

  private receive(event: EngineEvent): void {
    if (event.type === 'metrics') return this.report(event.metrics);
    if (event.type === 'question') return this.asked(event.question);
    if (event.type === 'repaired') return this.options.onRepaired(event);
    if (event.type === 'changed') return this.options.onSetting(event.change);
    if (event.type === 'located') return this.located(event.side, event.at);
    if (event.type !== 'event') return;
    const { code, text, atMs, giveUpAtMs } = event;
    const leftOut = this.brake.take(performance.now());
    if (leftOut)
      this.options.log.add('warning', `${formatCount(leftOut)} events were left out: too many came at once`);
    const ofSleep = code !== undefined && ERROR_CATALOGUE[code].heals && this.options.hasSlept();
    if (leftOut !== undefined && ofSleep)
      this.options.log.add('info', `After this computer has slept: ${text}`);
    else if (leftOut !== undefined) this.options.log.add(severityOf(event.severity, text), text, code, atMs);
    // A fault that is met during a pause is only looked at again when the pause ends.
    if (code === undefined || (this.options.state() === 'paused' && giveUpAtMs === undefined)) return;
    this.trouble.met({ code, fact: factOf(code, text), atMs }, giveUpAtMs ?? null);
    this.options.onReport();
  }

  /** An event of the log tells it as well. */
  private located(side: 'source' | 'target', at: SentinelAddress): void {
    this.record.found(side, at);
    this.options.onChange();
  }

  private asked(question: TaskQuestion | null): void {
    this.record.question = question;
    if (question) {
      this.options.log.add('warning', `The task waits for an answer: ${describeQuestion(question)}`);
      this.options.alerts.asked(question);
    }
    this.options.onChange();
  }

  private report(metrics: Metrics): void {
    const { phase, atMs } = metrics;
    const { existing, wanted, fullOnly } = this.options.stored();
    this.record.report(metrics, existing);
    this.options.history.add(metrics);
    if (!NOT_UP.has(phase)) {
      this.patient = true;
      this.options.signal(wanted === 'paused' ? 'up-paused' : 'up');
    }
    const standing = standingIn(phase, fullOnly);
    if (standing) this.options.onStanding(standing);
    if (phase === 'reconnecting') this.trouble.again(atMs);
    const [gone] = nodesAway(metrics.lanes);
    if (gone?.away) this.nodeIsAway(gone.at, gone.away);
    else if (WELL.has(phase)) this.getsOn(metrics);
    this.options.onReport();
  }

  /** Its event tells the same, unless that came in a pause. */
  private nodeIsAway(at: string, { sinceMs, reason }: NonNullable<LaneFigures['away']>): void {
    const code = 'TARGET_NODE_AWAY';
    if (!this.trouble.current) this.trouble.met({ code, fact: `${at}: ${reason}`, atMs: sinceMs }, null);
  }

  /** Slots that are moved on the source keep it from being in step for as long as that lasts, and from nothing else. */
  private getsOn({ atMs, unsettled }: Metrics): void {
    const moved = unsettled?.source;
    const code = 'SOURCE_SLOTS_MOVED';
    if (!moved || this.trouble.current?.code !== code) this.wellAgain(atMs);
    else this.retries.well(performance.now());
    if (moved) this.trouble.met({ code, fact: describeUnsettled('source', moved), atMs }, null);
  }

  private wellAgain(nowMs: number): void {
    this.retries.well(performance.now());
    const afterMs = this.trouble.healed(nowMs);
    if (afterMs !== undefined)
      this.options.log.add('success', `The fault is over after ${formatDuration(afterMs)}`);
  }

  private ended(end: SessionEnd): void {
    this.session = undefined;
    this.options.onEngineEnd();
    // An engine that comes after it asks for itself.
    this.record.question = null;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    if (handsOver(end)) this.options.onStanding('exact');
    if (end.kind === 'finished' && end.outcome.reason === 'cut-over') this.options.onMoved();
    const { anew } = this;
    this.anew = false;
    if (anew && this.options.state() !== 'stopping') this.goOnElsewhere(end);
    else if (this.options.state() === 'stopping') this.stopped(end);
    else if (end.kind === 'finished') this.finished(end);
    else if (end.kind === 'failed') {
      if (this.patient && ERROR_CATALOGUE[end.code].heals) this.retry(end.code, end.fact, 'retry');
      else this.fail(end.code, end.fact);
    } else {
      this.retry('ENGINE_DIED', end.kind === 'died' ? end.fact : 'it was ended', 'died');
    }
    this.options.onChange();
    for (const { onEnd } of [...this.followers]) onEnd(end);
    this.followers.clear();
  }

  private goOnElsewhere(end: SessionEnd): void {
    const { severity, text, code } = describeEnd(end);
    this.options.log.add(severity, text, code);
    this.record.enter('connecting', Date.now());
    this.launch();
  }

  private stopped(end: SessionEnd): void {
    const { severity, text, code } = describeEnd(end);
    this.options.log.add(severity, text, code);
    this.rest(end.kind === 'finished' && end.outcome.reason === 'full-copy' ? 'completed' : 'finished');
  }

  private finished({ outcome }: Extract<SessionEnd, { kind: 'finished' }>): void {
    this.options.log.add(outcome.evictedKeys > 0 ? 'warning' : 'success', describeOutcome(outcome));
    this.rest(outcome.reason === 'full-copy' ? 'completed' : 'finished');
  }

  private retry(code: ErrorCode, fact: string, signal: 'retry' | 'died'): void {
    const nowMs = Date.now();
    const { title } = ERROR_CATALOGUE[code];
    const retry = this.retries.next(performance.now(), this.retryForMs);
    if (!retry) return this.fail('RETRY_EXHAUSTED', `${title}: ${fact}`);
    const wait = formatDuration(retry.waitMs);
    this.options.log.add('warning', `${title} (${fact}); starting again in ${wait}`, code);
    this.options.signal(signal);
    this.record.enter('reconnecting', nowMs);
    this.trouble.met({ code, fact, atMs: nowMs }, Math.round(nowMs + retry.remainingMs));
    this.retryTimer = setTimeout(() => this.launch(), retry.waitMs);
  }

  private fail(code: ErrorCode, fact: string): void {
    const fault: Fault = { code, fact, atMs: Date.now() };
    this.options.log.add('error', `${ERROR_CATALOGUE[code].title}: ${fact}`, code);
    this.rest('failed', fault);
    this.options.alerts.failed(fault);
    this.options.onChange();
  }

  private rest(signal: 'finished' | 'completed' | 'failed', failure: Fault | null = null): void {
    this.trouble.end();
    this.record.end(Date.now());
    this.options.onRest(signal, failure);
  }

  private get retryForMs(): number {
    return this.options.stored().retryForMinutes * MINUTE_MS;
  }
}

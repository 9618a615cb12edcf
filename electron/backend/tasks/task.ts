import type { EngineEvent, Stop } from '../../../shared/contract/engine-messages.ts';
import { ERROR_CATALOGUE } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import { clockOfDay, type DailyComparison } from '../../../shared/model/daily-comparison.ts';
import type { Group } from '../../../shared/model/profile.ts';
import { withChange, type SettingChange } from '../../../shared/model/setting-change.ts';
import type { TargetStanding } from '../../../shared/model/target-standing.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import { judge } from '../../../shared/model/judgement.ts';
import { activityOf } from '../../../shared/model/task-status.ts';
import { nextState, type TaskSignal } from '../../../shared/model/task-machine.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import {
  isActive,
  type Compared,
  type Fault,
  type TaskReport,
  type TaskState,
  type TaskView,
} from '../../../shared/model/task-view.ts';
import { freshId } from '../ids.ts';
import type { NamedKeyText, RepairKind } from '../../../shared/model/key-repair.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { KeyRepairs } from '../keys/key-repairs.ts';
import type { StartEngine } from '../engine-process.ts';
import type { EventLog } from '../events/event-log.ts';
import { TaskHistory } from '../history/task-history.ts';
import type { HistoryFile } from '../history/history-file.ts';
import type { StoredTask } from './stored-task.ts';
import type { TaskAlerts } from './task-alerts.ts';
import type { PlannedEdit } from './task-edit.ts';
import { lendRun, type LentRun } from './lent-run.ts';
import { TaskRelease } from './task-release.ts';
import { TaskRun } from './task-run.ts';

export interface TaskOptions {
  readonly stored: StoredTask;
  readonly startEngine: StartEngine;
  /** For a run: a member of its group's engine, or an engine of its own. */
  readonly startRun: StartEngine;
  readonly log: EventLog;
  readonly alerts: TaskAlerts;
  readonly historyFile: HistoryFile;
  /** There is more to tell of what has become of it. */
  readonly onActivity: () => void;
  /** @throws LockstepError SECRET_NEEDED */
  readonly specOf: (task: StoredTask) => TaskSpec;
  /** @throws LockstepError SECRET_NEEDED */
  readonly targetOf: (task: StoredTask) => TaskSpec['target'];
  readonly missingSecretsOf: (task: StoredTask) => ('source' | 'target')[];
  /** @throws LockstepError STORE_UNWRITABLE */
  readonly save: (task: StoredTask) => void;
  readonly repairs: Pick<KeyRepairs, 'told' | 'cutShort'>;
  /** What breaks now breaks since the computer has slept. */
  readonly hasSlept: () => boolean;
  /** The view is another than before. */
  readonly onChange: () => void;
  /** Of the view, only what a report tells is another than before. */
  readonly onReport: () => void;
}

/** In these the stream is applied, so that a key can be brought to where it stands. */
const FOLLOWS: ReadonlySet<Phase> = new Set(['catching-up', 'in-step']);

const STOP_WORDS: Readonly<Record<Stop, string>> = {
  cut: 'A rehearsal takes the source for lost: the link to it is cut, and what has come is applied',
  drain: 'A rehearsal stops it: what the source has written so far is applied first',
  now: 'A rehearsal stops it at the checkpoint',
};

const whyNotRepaired = (state: TaskState): string =>
  state === 'paused'
    ? 'it is paused, and nothing is written to the target until it is resumed: resume it first'
    : 'it does not run, so nobody knows what the source writes meanwhile: start it first';

/** One task: what is stored of it, the state it is in, and what its user may ask of it. */
export class Task {
  readonly log: EventLog;
  readonly history: TaskHistory;
  private readonly options: TaskOptions;
  private readonly run: TaskRun;
  private readonly handOver: TaskRelease;
  /** Once no run works any more, the target is handed over if none of them has done so. */
  private releaseAtRest = false;
  private stored: StoredTask;
  private state: TaskState;
  private stateSinceMs: number;
  private resumeOffered: boolean;
  private compared: Compared | null = null;
  /** See TaskSpec.copyAgain. */
  private copyRequest: string | undefined;
  private closing = false;
  private readonly restListeners = new Set<() => void>();

  constructor(options: TaskOptions) {
    this.options = options;
    this.log = options.log;
    const { stored, startEngine, log, alerts } = options;
    this.stored = stored;
    this.stateSinceMs = stored.failure?.atMs ?? stored.endedAtMs ?? stored.createdAtMs;
    this.state = stored.failure ? 'failed' : stored.completed ? 'completed' : 'stopped';
    this.resumeOffered = stored.wanted !== 'stopped';
    this.history = new TaskHistory({
      file: options.historyFile,
      status: activityOf({ state: this.state, phase: 'ended', trouble: null }),
      onActivity: options.onActivity,
    });
    this.run = new TaskRun({
      ...{ startEngine: options.startRun, log, alerts, history: this.history },
      stored: () => this.stored,
      hasSlept: options.hasSlept,
      state: () => this.state,
      spec: () => ({ ...options.specOf(this.stored), copyAgain: this.copyRequest }),
      signal: (signal) => this.move(signal),
      onStanding: (standing) => this.leaves(standing),
      onSetting: (change) => this.hasChanged(change),
      onMoved: () => this.keep({ moved: true }),
      onRest: (signal, failure) => this.rest(signal, failure),
      onChange: () => this.changed(),
      onReport: () => this.reported(),
      onRepaired: (event) => options.repairs.told(stored.id, event),
      onEngineEnd: () => options.repairs.cutShort(stored.id),
    });
    this.handOver = new TaskRelease({
      ...{ startEngine, log },
      onTrouble: (fault, giveUpAtMs) => {
        this.run.trouble.met(fault, giveUpAtMs);
        this.reported();
      },
      onEnd: (failure) => this.released(failure),
    });
  }

  get profile(): StoredTask {
    return this.stored;
  }

  /** A new full copy that was asked for, begun or not; see TaskSpec.copyAgain. */
  get copyRequested(): string | undefined {
    return this.copyRequest;
  }

  get currentState(): TaskState {
    return this.state;
  }

  get active(): boolean {
    return isActive(this.state);
  }

  /** What of its view can change from one second to the next. */
  report(): TaskReport {
    const { phase, phaseSinceMs, timeline, metrics, drift, renewed, spark, question } = this.run.record;
    return {
      ...{ id: this.stored.id, state: this.state, phase },
      sinceMs: Math.max(this.stateSinceMs, phaseSinceMs),
      ...{ timeline, metrics, drift, renewed, spark, question },
      trouble: this.run.trouble.current,
    };
  }

  view(): TaskView {
    const { wanted: _w, completed: _c, endedAtMs: _e, dailySeenMs: _d, ...profile } = this.stored;
    return {
      ...profile,
      ...this.report(),
      foundAt: this.run.record.foundAt,
      compared: this.compared,
      resumeOffered: this.resumeOffered,
      missingSecrets: this.options.missingSecretsOf(this.stored),
    };
  }

  /** @throws LockstepError TASK_STATE, SECRET_NEEDED, STORE_UNWRITABLE */
  start(words = 'Started'): void {
    this.require('start', 'it is active already');
    this.options.specOf(this.stored);
    this.save({
      ...{ wanted: 'running', failure: null, completed: false },
      ...{ startedAtMs: Date.now(), endedAtMs: null, moved: false },
    });
    const patient = this.resumeOffered;
    this.resumeOffered = false;
    this.move('start');
    this.log.add('info', words);
    this.run.begin(patient);
    this.changed();
  }

  /**
   * Makes a new full copy, though the task could go on: one that runs ends at its checkpoint first, and goes on with it.
   * @throws LockstepError TASK_STATE, SECRET_NEEDED, STORE_UNWRITABLE
   */
  copyAgain(): void {
    if (this.state !== 'running' && this.state !== 'paused')
      this.require('start', `it is ${this.state}: wait until that is over`);
    this.options.specOf(this.stored);
    this.copyRequest = freshId();
    if (!this.active) return this.start('Started for a new full copy, as asked');
    this.log.add(
      'info',
      'A new full copy was asked for: the run ends at its checkpoint, and the next one copies',
    );
    if (this.state === 'paused') this.move('readdress');
    this.run.beginAnew();
    this.changed();
  }

  /** The engine tells it in the log. @throws LockstepError TASK_STATE */
  pause(): void {
    this.require('pause', `it is ${this.state}`);
    this.keep({ wanted: 'paused' });
    this.run.send({ type: 'pause' });
    this.move('pause');
    this.changed();
  }

  /** @throws LockstepError TASK_STATE, STORE_UNWRITABLE */
  resume(): void {
    this.require('resume', `it is ${this.state}, not paused`);
    this.save({ wanted: 'running' });
    this.run.send({ type: 'resume' });
    this.move('resume');
    this.changed();
  }

  /** @throws LockstepError TASK_STATE when this is not what it asks */
  answer(question: TaskQuestion, agreed: boolean): void {
    const { goneKeys } = question;
    if (this.run.record.question?.goneKeys !== goneKeys)
      throw new LockstepError('TASK_STATE', 'it does not ask that any more');
    const words = agreed ? 'are to be removed from the target' : 'are not to be removed: the task ends';
    this.log.add('info', `Answered: ${formatKeys(goneKeys)} that the source no longer has ${words}`);
    this.run.send({ type: 'answer', question, agreed });
  }

  /** A second stop ends it at its checkpoint. @throws LockstepError TASK_STATE */
  stop(): void {
    this.require('stop', 'it does not run');
    this.keep({ wanted: 'stopped' });
    const words = 'Stopping: what the source has written so far is applied first';
    this.log.add('info', this.state === 'stopping' ? 'Stopping at the checkpoint' : words);
    this.move('stop');
    this.run.stop('drain');
    this.changed();
  }

  /**
   * Hands the target over, so that every expiry there is exact. A task that runs is stopped first, which mostly does it.
   * @throws LockstepError TASK_STATE, SECRET_NEEDED, STORE_UNWRITABLE
   */
  release(): void {
    if (!this.active) return this.beginRelease();
    if (this.state === 'releasing') throw new LockstepError('TASK_STATE', 'its target is being handed over');
    this.releaseAtRest = true;
    if (this.state !== 'stopping') this.stop();
  }

  private beginRelease(): void {
    this.require('release', 'it is active');
    const target = this.options.targetOf(this.stored);
    this.save({ wanted: 'stopped', failure: null });
    this.resumeOffered = false;
    this.move('release');
    this.log.add('info', 'Handing the target over: every expiry there is made exact');
    this.handOver.begin(target, this.stored.id);
    this.changed();
  }

  /**
   * Its run as a rehearsal works with it: the one under way, or one that is begun. `goesOn`: it is left running where the rehearsal needs it
   * no longer. @throws LockstepError TASK_STATE, SECRET_NEEDED, STORE_UNWRITABLE
   */
  lendRun(onEvent: (event: EngineEvent) => void, goesOn: boolean): LentRun {
    if (!this.active) this.start('Started for a rehearsal');
    return lendRun({
      run: this.run,
      onEvent,
      goesOn,
      isOver: () => !this.active,
      stop: (how) => this.stopForRehearsal(how),
    });
  }

  private stopForRehearsal(how: Stop): void {
    if (this.state === 'stopping') return how === 'now' ? this.run.stop('now') : undefined;
    // Others may write to the target from now on: it goes on only where somebody says so.
    this.keep({ wanted: 'stopped' });
    this.log.add('info', STOP_WORDS[how]);
    this.move('stop');
    this.run.stop(how);
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

  /** It is in a group from now on: its next run is in the engine of that. @throws LockstepError STORE_UNWRITABLE */
  enterGroup(group: Group): Group {
    this.save({ group });
    this.changed();
    return group;
  }

  /**
   * It stands alone from now on: its next run has an engine of its own, while one that is under way goes on in that of the group.
   * @throws LockstepError TASK_STATE, STORE_UNWRITABLE
   */
  leaveGroup(): void {
    const { group } = this.stored;
    if (!group) throw new LockstepError('TASK_STATE', 'it is in no group');
    this.save({ group: null });
    this.log.add('info', `Taken out of the group “${group.name}”`);
    this.changed();
  }

  /**
   * Takes over changes that have been validated, and tells the engine of what it can change meanwhile. Of one that is paused between
   * other servers now the engine ends at its checkpoint, and the next one waits there.
   */
  edit({ changes, secrets, words }: PlannedEdit): void {
    if (Object.keys(changes).length > 0) this.save(changes);
    if (changes.source) this.run.record.lost('source');
    if (changes.target) this.run.record.lost('target');
    const { maxCommandsPerSecond, maxBytesPerSecond } = this.stored;
    if (changes.maxCommandsPerSecond !== undefined || changes.maxBytesPerSecond !== undefined)
      this.run.send({ type: 'limits', limits: { maxCommandsPerSecond, maxBytesPerSecond } });
    if (words !== undefined) this.log.add('info', words);
    if (this.state === 'paused' && (changes.source || changes.target || secrets.length > 0)) {
      this.move('readdress');
      this.run.beginAnew();
    }
    this.changed();
  }

  /**
   * Keys are to be brought to what the source has: only a task that runs can, since it knows from where on the stream holds what follows.
   * @throws LockstepError TASK_STATE
   */
  repair(id: number, kind: RepairKind, keys: readonly NamedKeyText[]): void {
    if (this.state !== 'running' || !this.run.running)
      throw new LockstepError('TASK_STATE', whyNotRepaired(this.state));
    const { phase } = this.run.record;
    if (!FOLLOWS.has(phase))
      throw new LockstepError(
        'TASK_STATE',
        'the task does not follow the source at the moment: try again once it is in step',
      );
    const words =
      kind === 'copy' ? 'be copied again' : 'be removed from the target where the source lacks them';
    this.log.add('info', `Asked: ${formatKeys(keys.length)} to ${words}`);
    this.run.send({ type: 'repair', id, kind, keys: [...keys] });
  }

  /** From now on its sides are compared each day, or not any more. @throws LockstepError STORE_UNWRITABLE */
  compareDaily(dailyComparison: DailyComparison | undefined, nowMs: number): void {
    this.save({ dailyComparison, dailySeenMs: dailyComparison && nowMs });
    const { atMinute, level } = dailyComparison ?? {};
    this.log.add(
      'info',
      atMinute === undefined
        ? 'It is not compared every day any more'
        : `It is to be compared every day at ${clockOfDay(atMinute)} (${level})`,
    );
    this.changed();
  }

  /** Daily comparisons up to now have taken place, or were said to be missed. */
  dailySeen(dailySeenMs: number): void {
    this.keep({ dailySeenMs });
  }

  /** A comparison of its two sides has come to an end. */
  wasCompared(compared: Compared): void {
    this.compared = compared;
    this.changed();
  }

  /** Its servers are gone for good: nothing can be applied any more. */
  endAtOnce(words: string): void {
    // Nor is there anything left that could be handed over.
    this.keep({ wanted: 'stopped', targetStanding: 'exact', changedSettings: [] });
    this.log.add('warning', words);
    if (this.state === 'releasing') {
      this.handOver.cancel();
      return this.released(undefined);
    }
    this.move('stop');
    this.run.abandon();
    this.changed();
  }

  /** The application ends: the engine stops at its checkpoint, and what is wanted of the task stays. */
  close(): Promise<void> {
    this.closing = true;
    this.handOver.cancel();
    if (!this.active || this.state === 'releasing') return Promise.resolve();
    const rest = new Promise<void>((resolve) => this.restListeners.add(resolve));
    this.log.add('info', 'The application is closing: the task stops at its checkpoint');
    this.move('stop');
    this.run.stop('now');
    return rest;
  }

  /** Ends the engine's process at once. */
  kill(): void {
    this.run.kill();
  }

  private rest(signal: 'finished' | 'completed' | 'failed', failure: Fault | null): void {
    this.move(signal);
    const completed = signal === 'completed';
    // A copy that was completed while the application closed is not to be made again at its next start.
    const wanted = this.closing && !completed ? this.stored.wanted : 'stopped';
    this.keep({ wanted, failure, completed, endedAtMs: Date.now() });
    for (const listener of this.restListeners) listener();
    this.restListeners.clear();
    const due = this.releaseAtRest && this.stored.targetStanding !== 'exact' && !this.closing;
    this.releaseAtRest = false;
    if (due) this.releaseOrTell();
  }

  private releaseOrTell(): void {
    try {
      this.beginRelease();
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      this.log.add('warning', `The target was not handed over: ${error.message}`, error.code);
    }
  }

  private released(failure: Fault | undefined): void {
    this.run.trouble.end();
    if (failure) {
      const { code, fact } = failure;
      this.log.add('error', `${ERROR_CATALOGUE[code].title}: ${fact}`, code);
    } else {
      this.leaves('exact');
    }
    this.move(failure ? 'failed' : 'released');
    this.keep({ failure: failure ?? null, endedAtMs: Date.now() });
    this.changed();
  }

  private leaves(targetStanding: TargetStanding): void {
    if (targetStanding === this.stored.targetStanding) return;
    // Whoever makes the times of a target exact sets back what was changed for late ones.
    this.keep({ targetStanding, ...(targetStanding === 'exact' && { changedSettings: [] }) });
    this.changed();
  }

  /** A setting of the target was changed for the time in which it expires late. */
  private hasChanged(change: SettingChange | null): void {
    const { changedSettings = [] } = this.stored;
    if (change === null && changedSettings.length === 0) return;
    this.keep({ changedSettings: change ? withChange(changedSettings, change) : [] });
    this.changed();
  }

  /** Something of its view is new. */
  private changed(): void {
    this.recordActivity();
    this.options.onChange();
  }

  /** Something of its report is. */
  private reported(): void {
    this.recordActivity();
    this.options.onReport();
  }

  /** Recorded is what is shown: the judgement that the page makes as well. */
  private recordActivity(): void {
    const nowMs = Date.now();
    const { startedAtMs } = this.stored;
    const { heardAtMs } = this.run.record;
    const task = { ...this.report(), startedAtMs, compared: this.compared, heardAtMs };
    this.history.look(judge(task, nowMs).status, nowMs);
  }

  private require(signal: TaskSignal, fact: string): void {
    if (this.closing) throw new LockstepError('TASK_STATE', 'the application is closing');
    if (nextState(this.state, signal) === undefined) throw new LockstepError('TASK_STATE', fact);
  }

  private move(signal: TaskSignal): void {
    const next = nextState(this.state, signal);
    if (next === undefined || next === this.state) return;
    this.state = next;
    this.stateSinceMs = Date.now();
  }

  /** @throws LockstepError STORE_UNWRITABLE; then nothing is changed */
  private save(changes: Partial<StoredTask>): void {
    const next = { ...this.stored, ...changes };
    this.options.save(next);
    this.stored = next;
  }

  /** A task has to stand still when it is told to, on a full disk as well; that it cannot be stored is told as a notice. */
  private keep(changes: Partial<StoredTask>): void {
    try {
      this.save(changes);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      this.stored = { ...this.stored, ...changes };
    }
  }
}

import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import type { RehearsalChoice } from '../../../shared/rehearsal/rehearsal-choice.ts';
import {
  noRehearsal,
  type RehearsalQuestion,
  type RehearsalState,
  type ToldRun,
} from '../../../shared/rehearsal/rehearsal-state.ts';
import type { RehearsalReport } from '../../../shared/rehearsal/report.ts';
import { lastOf, summaryOf, type RunSummary } from '../../../shared/rehearsal/run-summary.ts';
import type { Emit } from '../app-events.ts';
import type { StartEngine } from '../engine-process.ts';
import { faultOf } from '../jobs/fault-of.ts';
import type { Notices } from '../notices/notices.ts';
import type { KeptReports } from './kept-reports.ts';
import type { Between, PairReports } from './pair-reports.ts';
import { OpenQuestion } from './open-question.ts';
import type { Rehearse } from './rehearse.ts';
import type { OwnTask } from './setting.ts';

/** The pair that is rehearsed with, and what becomes of its task meanwhile. */
export interface RehearsedPair {
  readonly spec: TaskSpec;
  /** How its task is called in the report, within a sentence. */
  readonly called: string;
  /** As addresses, for people. */
  readonly between: NonNullable<RehearsalState['between']>;
  /** See RehearsalSetting. */
  readonly own?: OwnTask;
}

export interface RehearsalsOptions {
  readonly startEngine: StartEngine;
  /** Of Lockstep. */
  readonly version: string;
  readonly emit: Emit;
  /** @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, SECRET_NEEDED, TASK_STATE */
  readonly pairOf: (ownerId: string, choice: RehearsalChoice) => RehearsedPair;
  /** Whether a task can be made of what this run has left. */
  readonly canKeep: (ownerId: string, report: RehearsalReport) => boolean;
  /** Makes one. @returns its id; @throws LockstepError */
  readonly keepAsTask: (ownerId: string, report: RehearsalReport) => string;
  readonly rehearse: Rehearse;
  readonly kept: KeptReports;
  /** Of the same two servers, by whatever host of this account. */
  readonly pairs: PairReports;
  /** The addresses of an owner's servers. @throws LockstepError NOT_FOUND */
  readonly betweenOf: (ownerId: string) => Between;
  readonly notices: Pick<Notices, 'add'>;
}

interface Running {
  readonly stop: AbortController;
  readonly question: OpenQuestion;
  over: Promise<void>;
}

interface Entry {
  state: RehearsalState;
  running: Running | undefined;
}

/** The last rehearsal of each owner, a task or a set-up of two servers: one at a time. Some reports of each are kept on disk. */
export class Rehearsals {
  private readonly options: RehearsalsOptions;
  private readonly entries = new Map<string, Entry>();

  constructor(options: RehearsalsOptions) {
    this.options = options;
  }

  state(ownerId: string): RehearsalState {
    const state = this.entries.get(ownerId)?.state ?? this.restore(ownerId) ?? noRehearsal(ownerId);
    const { run } = state;
    return { ...state, keepable: run !== null && this.options.canKeep(ownerId, run.report) };
  }

  /** Those whose reports are kept, and those of the same two servers that were rehearsed elsewhere, newest first. */
  list(ownerId: string): RunSummary[] {
    const { kept, pairs, betweenOf } = this.options;
    const own = kept.list(ownerId);
    const ids = new Set(own.map(({ id }) => id));
    const others = pairs.list(betweenOf(ownerId)).filter(({ id }) => !ids.has(id));
    return [...own, ...others].toSorted((a, b) => b.atMs - a.atMs);
  }

  /** @throws LockstepError NOT_FOUND */
  read(ownerId: string, atMs: number): ToldRun {
    const { run } = this.entries.get(ownerId)?.state ?? {};
    if (run?.report.startedAtMs === atMs) return run;
    const { kept: own, pairs, betweenOf } = this.options;
    const kept = own.read(ownerId, atMs) ?? pairs.read(betweenOf(ownerId), atMs);
    if (!kept) throw new LockstepError('NOT_FOUND', 'this rehearsal is no longer kept');
    return kept;
  }

  /** Answers with the one that runs, if one does. @throws as `pairOf` */
  start(ownerId: string, choice: RehearsalChoice): RehearsalState {
    const before = this.entries.get(ownerId);
    if (before?.running) return before.state;
    const pair = this.options.pairOf(ownerId, choice);
    const stop = new AbortController();
    const question = new OpenQuestion(stop.signal, (asked) => this.change(entry, { question: asked }));
    const entry: Entry = {
      state: {
        ...noRehearsal(ownerId),
        ...{ status: 'running', choice, between: pair.between, startedAtMs: Date.now() },
      },
      running: undefined,
    };
    this.entries.set(ownerId, entry);
    this.change(entry, {});
    entry.running = { stop, question, over: Promise.resolve() };
    entry.running.over = this.run(entry, entry.running, pair, choice);
    return entry.state;
  }

  /** @throws LockstepError TASK_STATE when this is not what it asks */
  answer(ownerId: string, question: RehearsalQuestion, agreed: boolean): RehearsalState {
    if (this.entries.get(ownerId)?.running?.question.answer(question, agreed) !== true)
      throw new LockstepError('TASK_STATE', 'the rehearsal does not ask that any more');
    return this.state(ownerId);
  }

  /** Breaks it off; what was measured by then is its report. */
  cancel(ownerId: string): RehearsalState {
    const entry = this.entries.get(ownerId);
    if (entry?.running && entry.state.status === 'running') {
      this.change(entry, { status: 'ending' });
      entry.running.stop.abort();
    }
    return this.state(ownerId);
  }

  /** Makes a task of what the last run has left on its target. @returns its id; @throws LockstepError TASK_STATE, SECRET_NEEDED, STORE_UNWRITABLE */
  keepAsTask(ownerId: string): string {
    this.requireIdle(ownerId);
    const { run } = this.state(ownerId);
    if (!run) throw new LockstepError('TASK_STATE', 'nothing was rehearsed yet');
    const id = this.options.keepAsTask(ownerId, run.report);
    const entry = this.entries.get(ownerId);
    if (entry) this.change(entry, {});
    return id;
  }

  /** @throws LockstepError TASK_STATE while one runs */
  requireIdle(ownerId: string): void {
    if (this.entries.get(ownerId)?.running)
      throw new LockstepError('TASK_STATE', 'a rehearsal of it is under way: end that first');
  }

  /** The task, or the set-up, was deleted. */
  forget(ownerId: string): void {
    this.entries.get(ownerId)?.running?.stop.abort();
    this.entries.delete(ownerId);
    const { kept, pairs } = this.options;
    try {
      for (const run of kept.list(ownerId)) pairs.forget(run);
      kept.forget(ownerId);
    } catch (error) {
      this.options.notices.add('warning', 'Reports of rehearsals were not removed', plainReason(error));
    }
  }

  /** How many run. */
  get running(): number {
    return [...this.entries.values()].filter(({ running }) => running).length;
  }

  /** Breaks all of them off. Resolves once their targets are handed over, as far as their engines do that in time. */
  async close(): Promise<void> {
    const running = [...this.entries.values()].flatMap((entry) => entry.running ?? []);
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ over }) => over));
  }

  private async run(
    entry: Entry,
    { stop, question }: Running,
    { spec, called, own }: RehearsedPair,
    choice: RehearsalChoice,
  ): Promise<void> {
    const { startEngine, version, rehearse } = this.options;
    try {
      const report = await rehearse({
        ...{ startEngine, version, spec, called, choice, question },
        ...(own && { own }),
        onStep: (id, ended) => {
          if (ended)
            return this.change(entry, {
              steps: [...entry.state.steps, ended],
              step: entry.state.step?.id === id ? null : entry.state.step,
            });
          this.change(entry, { step: { id, beganMs: Date.now() - (entry.state.startedAtMs ?? 0) } });
        },
        onGate: (gate) => this.change(entry, { gate }),
        signal: stop.signal,
      });
      this.ended(entry, spec, report);
    } catch (error) {
      this.end(entry, { status: 'failed', fault: faultOf(error) });
    }
  }

  private ended(entry: Entry, { source, target }: TaskSpec, report: RehearsalReport): void {
    const { ownerId } = entry.state;
    const summary = summaryOf(report, describeGiven(source), describeGiven(target));
    // One of an owner that was deleted meanwhile is forgotten.
    const wanted = this.entries.get(ownerId) === entry;
    const run: ToldRun = { report, last: (wanted && lastOf(this.list(ownerId), summary)) || null };
    if (wanted) this.keep(ownerId, summary, run);
    this.end(entry, { status: 'ended', run });
  }

  /** Whoever hears that it has ended finds it among those that are kept. */
  private keep(ownerId: string, summary: RunSummary, run: ToldRun): void {
    const told = (why: string): void =>
      void this.options.notices.add('warning', 'The report of a rehearsal was not kept', why);
    try {
      const { kept, pairs } = this.options;
      if (!kept.add(ownerId, summary.atMs, summary, run) || !pairs.add(summary, run))
        told('It is too large for a file, and is shown until Lockstep ends or another rehearsal begins.');
    } catch (error) {
      told(plainReason(error));
    }
  }

  private end(entry: Entry, changes: Partial<RehearsalState>): void {
    entry.running = undefined;
    this.change(entry, { step: null, question: null, ...changes });
  }

  private restore(ownerId: string): RehearsalState | undefined {
    const [newest] = this.options.kept.list(ownerId);
    const run = newest && this.options.kept.read(ownerId, newest.atMs);
    if (!run) return undefined;
    const { source, target, atMs } = newest;
    const state: RehearsalState = {
      ...noRehearsal(ownerId),
      ...{ status: 'ended', between: { source, target }, startedAtMs: atMs, run },
    };
    this.entries.set(ownerId, { state, running: undefined });
    return state;
  }

  private change(entry: Entry, changes: Partial<RehearsalState>): void {
    entry.state = { ...entry.state, ...changes };
    const { ownerId } = entry.state;
    if (this.entries.get(ownerId) === entry)
      this.options.emit({ type: 'rehearsal', state: this.state(ownerId) });
  }
}

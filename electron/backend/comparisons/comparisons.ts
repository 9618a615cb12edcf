import type { ComparisonState } from '../../../shared/contract/api.ts';
import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import type { ComparisonChoice } from '../../../shared/model/comparison-choice.ts';
import type { KeptComparison } from '../../../shared/model/kept-comparison.ts';
import type { Notices } from '../notices/notices.ts';
import type { KeptComparisons } from './kept-comparisons.ts';
import type { CompareReport, Difference } from '../../../shared/model/comparison.ts';
import type { NamedKeyText, RepairKind } from '../../../shared/model/key-repair.ts';
import { checkKeys } from '../keys/check-keys.ts';
import { withChecked } from '../keys/checked-report.ts';
import { namedKeyOf } from '../../../shared/format/named-key.ts';
import type { Compared } from '../../../shared/model/task-view.ts';
import type { Emit } from '../app-events.ts';
import type { StartEngine } from '../engine-process.ts';
import { runEngineJob, type EngineJob } from '../jobs/engine-job.ts';
import { faultOf } from '../jobs/fault-of.ts';

/** Differences that are listed; beyond, they are only counted. */
const MOST_DIFFERENCES = 10_000;

export type CompareCommand = Extract<EngineCommand, { type: 'compare' }>;

export interface ComparisonsOptions {
  readonly startEngine: StartEngine;
  readonly emit: Emit;
  /** One has begun, or has ended in one way or another. */
  readonly onState: (state: ComparisonState) => void;
  /** One has come to an end. */
  readonly onCompared: (ownerId: string, compared: Compared) => void;
  /** @throws LockstepError NOT_FOUND, SECRET_NEEDED */
  /** What a task, or a set-up of two servers, is between. @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, SECRET_NEEDED */
  readonly serversOf: (ownerId: string) => ComparedServers;
  readonly kept: KeptComparisons;
  readonly notices: Pick<Notices, 'add'>;
}

export interface ComparedServers {
  readonly command: Pick<CompareCommand, 'source' | 'target' | 'databases' | 'databaseMap'>;
  /** As addresses, for people. */
  readonly between: NonNullable<ComparisonState['between']>;
}

interface Entry {
  state: ComparisonState;
  job: Pick<EngineJob<'compared'>, 'cancel' | 'send'> | undefined;
}

/** The last comparison of each owner, a task or a set-up of two servers: one at a time. Some results of each are kept on disk. */
export class Comparisons {
  private readonly options: ComparisonsOptions;
  private readonly entries = new Map<string, Entry>();

  constructor(options: ComparisonsOptions) {
    this.options = options;
  }

  state(ownerId: string): ComparisonState {
    return this.entries.get(ownerId)?.state ?? this.restore(ownerId) ?? none(ownerId);
  }

  /** Those whose results are kept, newest first. */
  list(ownerId: string): KeptComparison[] {
    return this.options.kept.list(ownerId);
  }

  /** @throws LockstepError NOT_FOUND */
  read(ownerId: string, startedAtMs: number): ComparisonState {
    const { state } = this.entries.get(ownerId) ?? {};
    if (state?.status === 'done' && state.startedAtMs === startedAtMs) return state;
    const kept = this.options.kept.read(ownerId, startedAtMs);
    if (!kept) throw new LockstepError('NOT_FOUND', 'this comparison is no longer kept');
    return kept;
  }

  /** Answers with the one that runs, if one does. @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, SECRET_NEEDED */
  start(ownerId: string, choice: ComparisonChoice = { level: 'values' }): ComparisonState {
    const running = this.entries.get(ownerId);
    if (running?.job) return running.state;
    const { startEngine, serversOf } = this.options;
    const { command: servers, between } = serversOf(ownerId);
    const command: CompareCommand = {
      ...{ type: 'compare', ...servers },
      ...{ maxDifferences: MOST_DIFFERENCES, choice },
    };
    const job = runEngineJob({
      startEngine,
      command,
      ending: 'compared',
      onEvent: (event) => {
        if (event.type === 'comparing') this.change(entry, { progress: event.progress });
      },
    });
    const entry: Entry = {
      job,
      state: { ...none(ownerId), status: 'running', choice, between, startedAtMs: Date.now() },
    };
    this.entries.set(ownerId, entry);
    job.done.then(
      ({ report }) => this.compared(entry, report),
      (error: unknown) => this.end(entry, { status: 'failed', fault: faultOf(error) }),
    );
    this.change(entry, {});
    return entry.state;
  }

  cancel(ownerId: string): ComparisonState {
    const entry = this.entries.get(ownerId);
    if (entry?.job) {
      entry.job.cancel();
      this.end(entry, { status: 'cancelled' });
    }
    return this.state(ownerId);
  }

  /** The one that runs waits, or goes on. */
  pause(ownerId: string, paused: boolean): ComparisonState {
    const entry = this.entries.get(ownerId);
    if (entry?.job) {
      entry.job.send({ type: paused ? 'pause' : 'resume' });
      this.change(entry, { paused });
    }
    return this.state(ownerId);
  }

  /** How fast the one that runs may be from now on; null without limit. */
  pace(ownerId: string, maxKeysPerSecond: number | null): ComparisonState {
    const entry = this.entries.get(ownerId);
    if (entry?.job) {
      entry.job.send({ type: 'pace', maxKeysPerSecond: maxKeysPerSecond ?? 0 });
      const { maxKeysPerSecond: _, ...choice } = entry.state.choice ?? { level: 'values' as const };
      this.change(entry, { choice: { ...choice, ...(maxKeysPerSecond !== null && { maxKeysPerSecond }) } });
    }
    return this.state(ownerId);
  }

  /**
   * Compares keys of its list anew, all of them where none are named, and has them in it as they are by then.
   * @throws LockstepError TASK_STATE where there is no list, NOT_FOUND, SECRET_NEEDED, or what the engine met
   */
  async recheck(ownerId: string, keys?: readonly NamedKeyText[]): Promise<ComparisonState> {
    const { report, startedAtMs } = this.listed(ownerId);
    const wanted = keys ?? namedKeys(report.differences);
    const { serversOf, startEngine } = this.options;
    if (wanted.length > 0) {
      const checked = await checkKeys(serversOf(ownerId).command, wanted, startEngine);
      const entry = this.entries.get(ownerId);
      // Another one, or another check, may have come meanwhile: what is known of these keys is put into the list as it is now.
      if (entry?.state.report && entry.state.startedAtMs === startedAtMs)
        this.takeChecked(entry, withChecked(entry.state.report, checked));
    }
    return this.state(ownerId);
  }

  /** Those of its list that are brought by this: all that the source has, or all that it lacks. @throws LockstepError TASK_STATE */
  keysToRepair(ownerId: string, kind: RepairKind): readonly NamedKeyText[] {
    const extra = (difference: Difference): boolean => difference.kind === 'missing-on-source';
    const { differences } = this.listed(ownerId).report;
    return namedKeys(differences.filter((one) => extra(one) === (kind === 'remove')));
  }

  private listed(ownerId: string): { report: CompareReport; startedAtMs: number | null } {
    const { report, status, startedAtMs } = this.state(ownerId);
    if (!report || status !== 'done')
      throw new LockstepError('TASK_STATE', 'there is no list of keys that differ: compare first');
    return { report, startedAtMs };
  }

  private takeChecked(entry: Entry, report: CompareReport): void {
    const { ownerId, startedAtMs, endedAtMs } = entry.state;
    this.keep({ ...entry.state, report });
    this.change(entry, { report, recheckedAtMs: Date.now() });
    const { differencesTotal: differences, equal } = report;
    if (startedAtMs !== null && endedAtMs !== null)
      this.options.onCompared(ownerId, { startedAtMs, endedAtMs, differences, equal });
  }

  /** The task, or the set-up, was deleted. */
  forget(ownerId: string): void {
    this.entries.get(ownerId)?.job?.cancel();
    this.entries.delete(ownerId);
    try {
      this.options.kept.forget(ownerId);
    } catch (error) {
      this.options.notices.add('warning', 'Results of comparisons were not removed', plainReason(error));
    }
  }

  close(): void {
    for (const { job } of this.entries.values()) job?.cancel();
  }

  private compared(entry: Entry, report: CompareReport): void {
    this.end(entry, { status: 'done', report }, (state) => this.keep(state));
    const { ownerId, startedAtMs, endedAtMs } = entry.state;
    const { differencesTotal: differences, equal } = report;
    // One of a task that was deleted meanwhile is forgotten.
    if (this.entries.get(ownerId) !== entry || startedAtMs === null || endedAtMs === null) return;
    this.options.onCompared(ownerId, { startedAtMs, endedAtMs, differences, equal });
  }

  /** `beforeTold`: what is to be done before anybody hears of it. */
  private end(
    entry: Entry,
    changes: Partial<ComparisonState>,
    beforeTold?: (state: ComparisonState) => void,
  ): void {
    entry.job = undefined;
    const ended = { ...changes, paused: false, endedAtMs: Date.now() };
    if (this.entries.get(entry.state.ownerId) === entry) beforeTold?.({ ...entry.state, ...ended });
    this.change(entry, ended);
  }

  /** Whoever hears that it is done finds it among those that are kept. */
  private keep(state: ComparisonState): void {
    const told = (why: string): void =>
      void this.options.notices.add('warning', 'The result of a comparison was not kept', why);
    try {
      if (!this.options.kept.add(state))
        told('It is too large for a file, and is shown until Lockstep ends or another comparison is made.');
    } catch (error) {
      told(plainReason(error));
    }
  }

  private restore(ownerId: string): ComparisonState | undefined {
    const [newest] = this.options.kept.list(ownerId);
    const state = newest && this.options.kept.read(ownerId, newest.startedAtMs);
    if (state) this.entries.set(ownerId, { state, job: undefined });
    return state;
  }

  private change(entry: Entry, changes: Partial<ComparisonState>): void {
    entry.state = { ...entry.state, ...changes };
    this.options.emit({ type: 'comparison', state: entry.state });
    if (changes.progress === undefined) this.options.onState(entry.state);
  }
}

const namedKeys = (differences: readonly Difference[]): NamedKeyText[] =>
  differences.flatMap((difference) => namedKeyOf(difference) ?? []);

const none = (ownerId: string): ComparisonState => ({
  ownerId,
  status: 'none',
  choice: null,
  between: null,
  startedAtMs: null,
  endedAtMs: null,
  progress: null,
  report: null,
  fault: null,
  restored: false,
});

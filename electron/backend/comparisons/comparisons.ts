import type { ComparisonState } from '../../../shared/contract/api.ts';
import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import type { CompareReport } from '../../../shared/model/comparison.ts';
import type { Compared } from '../../../shared/model/task-view.ts';
import type { Emit } from '../app-events.ts';
import type { StartEngine } from '../engine-process.ts';
import { runEngineJob } from '../jobs/engine-job.ts';
import { faultOf } from '../jobs/fault-of.ts';

/** Differences that are listed; beyond, they are only counted. */
const MOST_DIFFERENCES = 1000;

export type CompareCommand = Extract<EngineCommand, { type: 'compare' }>;

export interface ComparisonsOptions {
  readonly startEngine: StartEngine;
  readonly emit: Emit;
  /** One has come to an end. */
  readonly onCompared: (taskId: string, compared: Compared) => void;
  /** @throws LockstepError NOT_FOUND, SECRET_NEEDED */
  readonly serversOf: (taskId: string) => Pick<CompareCommand, 'source' | 'target' | 'databases'>;
}

interface Entry {
  state: ComparisonState;
  job: { cancel(): void } | undefined;
}

/** The last comparison of each task, one at a time. In memory only. */
export class Comparisons {
  private readonly options: ComparisonsOptions;
  private readonly entries = new Map<string, Entry>();

  constructor(options: ComparisonsOptions) {
    this.options = options;
  }

  state(taskId: string): ComparisonState {
    return this.entries.get(taskId)?.state ?? none(taskId);
  }

  /** Answers with the one that runs, if one does. @throws LockstepError NOT_FOUND, SECRET_NEEDED */
  start(taskId: string): ComparisonState {
    const running = this.entries.get(taskId);
    if (running?.job) return running.state;
    const { startEngine, serversOf } = this.options;
    const command: CompareCommand = {
      type: 'compare',
      ...serversOf(taskId),
      maxDifferences: MOST_DIFFERENCES,
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
      state: { ...none(taskId), status: 'running', startedAtMs: Date.now() },
    };
    this.entries.set(taskId, entry);
    job.done.then(
      ({ report }) => this.compared(entry, report),
      (error: unknown) => this.end(entry, { status: 'failed', fault: faultOf(error) }),
    );
    this.change(entry, {});
    return entry.state;
  }

  cancel(taskId: string): ComparisonState {
    const entry = this.entries.get(taskId);
    if (entry?.job) {
      entry.job.cancel();
      this.end(entry, { status: 'cancelled' });
    }
    return this.state(taskId);
  }

  /** The task was deleted. */
  forget(taskId: string): void {
    this.entries.get(taskId)?.job?.cancel();
    this.entries.delete(taskId);
  }

  close(): void {
    for (const { job } of this.entries.values()) job?.cancel();
  }

  private compared(entry: Entry, report: CompareReport): void {
    this.end(entry, { status: 'done', report });
    const { taskId, startedAtMs, endedAtMs } = entry.state;
    const { differencesTotal: differences, equal } = report;
    // One of a task that was deleted meanwhile is forgotten.
    if (this.entries.get(taskId) !== entry || startedAtMs === null || endedAtMs === null) return;
    this.options.onCompared(taskId, { startedAtMs, endedAtMs, differences, equal });
  }

  private end(entry: Entry, changes: Partial<ComparisonState>): void {
    entry.job = undefined;
    this.change(entry, { ...changes, endedAtMs: Date.now() });
  }

  private change(entry: Entry, changes: Partial<ComparisonState>): void {
    entry.state = { ...entry.state, ...changes };
    this.options.emit({ type: 'comparison', state: entry.state });
  }
}

const none = (taskId: string): ComparisonState => ({
  taskId,
  status: 'none',
  startedAtMs: null,
  endedAtMs: null,
  progress: null,
  report: null,
  fault: null,
});

import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ToldRun } from '../../../shared/rehearsal/rehearsal-state.ts';
import type { RunSummary } from '../../../shared/rehearsal/run-summary.ts';
import type { KeptFiles } from '../stores/kept-files.ts';
import { openReports } from './kept-reports.ts';

/** Of all pairs together; one more removes the oldest. */
const MOST_IN_ALL = 500;

export type Between = Pick<RunSummary, 'source' | 'target'>;

/**
 * Reports by the two addresses that they are of, whoever made them: the window, the page in a browser and the command line of one account
 * share the folder. Each has a file of its own that comes into being whole and is never changed, so that they need not know of each other.
 */
export class PairReports {
  private readonly files: KeptFiles<RunSummary, ToldRun>;

  /** `within`: the folder in which theirs is. */
  constructor(within: string) {
    this.files = openReports(path.join(within, 'rehearsed-pairs'), MOST_IN_ALL);
  }

  /** Newest first. */
  list(between: Between): RunSummary[] {
    return this.files
      .list(nameOf(between))
      .filter(({ source, target }) => source === between.source && target === between.target);
  }

  read(between: Between, atMs: number): ToldRun | undefined {
    return this.files.read(nameOf(between), atMs);
  }

  /** @returns false for what is too large; @throws when the folder cannot be written */
  add(summary: RunSummary, run: ToldRun): boolean {
    return this.files.add(nameOf(summary), summary.atMs, summary, run);
  }

  forget(run: RunSummary): void {
    this.files.remove(nameOf(run), run.atMs);
  }
}

/** A name of a file for two addresses of whatever length. */
const nameOf = ({ source, target }: Between): string =>
  createHash('sha256').update(`${source}\n${target}`).digest('hex').slice(0, 32);

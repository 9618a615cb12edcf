import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { FLUSHING, FlushPages } from '../claim/flushed-keys.ts';
import type { OutputCharge } from '../pacing/output-charge.ts';
import type { StreamApplier } from '../pipeline/stream-applier.ts';
import type { BatchWriter, Damage } from '../writer/batch-writer.ts';
import type { StreamCommits } from './stream-commits.ts';
import type { StreamRunOptions } from './stream-run-options.ts';

export interface FlushStepsOptions extends Pick<StreamRunOptions, 'flushedKeys'> {
  readonly batch: BatchWriter;
  readonly applier: StreamApplier;
  readonly commits: StreamCommits;
  readonly charge: OutputCharge;
  /** There is a page, or there are no more. */
  readonly onPage: () => void;
  readonly onError: (error: LockstepError, damage: Damage) => void;
}

/**
 * Removes what a flush empties, page by page, from where everything before it stands on the target and its checkpoint says that it has
 * begun.
 */
export class FlushSteps {
  private readonly options: FlushStepsOptions;
  private pages: FlushPages | undefined;

  constructor(options: FlushStepsOptions) {
    this.options = options;
  }

  /** @returns whether the stream goes on behind it */
  step(databases: readonly number[] | 'all'): boolean {
    const { applier, batch, commits, charge } = this.options;
    commits.flushing = true;
    if (!this.pages) {
      if (!batch.ready) return false;
      const { fault, offset } = commits.checkpoint;
      const stands = batch.idle && offset === commits.readOffset && fault === FLUSHING;
      if (stands) this.begin(databases);
      else commits.commit();
      return false;
    }
    if (this.pages.ended) {
      this.pages = undefined;
      commits.flushing = false;
      applier.passFlush();
      applier.step(1);
      return true;
    }
    if (!batch.ready) return false;
    const page = this.pages.take();
    if (!page) return false;
    applier.removeKeys(page.db, page.keys);
    // So that the target is not held up by more than one page.
    commits.commit();
    charge.used(page.keys.length);
    return false;
  }

  stop(): void {
    this.pages?.stop();
  }

  private begin(databases: readonly number[] | 'all'): void {
    const { flushedKeys, onPage, onError } = this.options;
    this.pages = new FlushPages(flushedKeys(databases), onPage, (error) =>
      onError(asLockstepError(error), 'none'),
    );
  }
}

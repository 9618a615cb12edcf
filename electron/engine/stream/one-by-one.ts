import type { StreamApplier } from '../pipeline/stream-applier.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { UnderWay } from '../watch/crash-watch.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import type { StreamCommits } from './stream-commits.ts';

export interface OneByOneOptions {
  readonly output: CommandOutput;
  readonly batch: BatchWriter;
  readonly applier: StreamApplier;
  readonly commits: StreamCommits;
  /** See StreamRunOptions. */
  readonly singlyUntil: number;
}

/** Commands in front of an offset go out each in a batch of its own, so that it is known which of them was being run. */
export class OneByOne {
  private readonly options: OneByOneOptions;
  /** The only commands of the batch that is under way. */
  private alone: string | undefined;

  constructor(options: OneByOneOptions) {
    this.options = options;
  }

  get singly(): boolean {
    return this.alone !== undefined || this.options.commits.readOffset < this.options.singlyUntil;
  }

  /** What went out by itself stands on the target; else its batch is closed, if that can be done. */
  answered(): boolean {
    const { batch, applier, commits } = this.options;
    if (!applier.atBoundary) return true;
    if (batch.isOpen && batch.ready) commits.commit();
    if (!batch.idle) return false;
    this.alone = undefined;
    return true;
  }

  /** What was written last is named, as long as its batch is open. */
  nameAlone(): void {
    const { output, batch } = this.options;
    if (!batch.isOpen) return;
    output.flush();
    this.alone = output.describe(output.commands - 1);
  }

  /** What was being run when the connection broke. */
  underWay(): UnderWay | undefined {
    const { batch, commits } = this.options;
    if (batch.idle) return undefined;
    return { alone: this.alone, keys: [], streamUntil: commits.readOffset };
  }
}

import { z } from 'zod';
import { runSummarySchema, type RunSummary } from '../../../shared/rehearsal/run-summary.ts';
import type { DocumentStore } from '../ports.ts';

/** One more lets go of the oldest. */
const MOST_RUNS = 500;

const documentSchema = z.object({ form: z.literal(1), runs: z.array(runSummarySchema) });

/** The runs that are known on this machine, oldest first. A file that cannot be read is left as it is, and says nothing. */
export class KeptRuns {
  private readonly store: DocumentStore;

  constructor(store: DocumentStore) {
    this.store = store;
  }

  read(): readonly RunSummary[] {
    const found = documentSchema.safeParse(this.store.read());
    return found.success ? found.data.runs : [];
  }

  /** @throws Error where the file cannot be written, or holds something else */
  add(run: RunSummary): void {
    const before = this.store.read();
    if (before !== undefined && !documentSchema.safeParse(before).success)
      throw new Error('the file of earlier runs is damaged, or from another version, and is left as it is');
    this.store.write({ form: 1, runs: [...this.read(), run].slice(-MOST_RUNS) });
  }
}

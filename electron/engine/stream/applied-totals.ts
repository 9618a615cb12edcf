/** What an applier of the stream counts. */
export interface AppliedCounts {
  readonly commandsRead: number;
  readonly commandsApplied: number;
  readonly bytesApplied: number;
}

/** Adds up the counts of one applier after another. */
export class AppliedTotals {
  private before: AppliedCounts = { commandsRead: 0, commandsApplied: 0, bytesApplied: 0 };

  /** An applier has ended. */
  add(counts: AppliedCounts): void {
    this.before = this.with(counts);
  }

  /** The totals together with the present applier's. */
  with(counts: AppliedCounts | undefined): AppliedCounts {
    const { before } = this;
    if (!counts) return before;
    return {
      commandsRead: before.commandsRead + counts.commandsRead,
      commandsApplied: before.commandsApplied + counts.commandsApplied,
      bytesApplied: before.bytesApplied + counts.bytesApplied,
    };
  }
}

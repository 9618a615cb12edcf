/** Where a task stands, in the order in which it comes by. */
export type Phase =
  | 'connecting'
  | 'clearing'
  | 'full-copy'
  | 'catching-up'
  | 'in-step'
  | 'reconnecting'
  | 'releasing'
  | 'ended';

export interface DatabaseCount {
  readonly db: number;
  readonly sourceKeys: number;
  readonly sourceExpires: number;
  readonly targetKeys: number;
  readonly targetExpires: number;
}

/** What the engine reports once a second. Rates are per second over the last report's interval. */
export interface Metrics {
  readonly atMs: number;
  readonly phase: Phase;
  readonly copy: {
    readonly bytesDone: number;
    /** undefined when the source does not say (diskless). */
    readonly bytesTotal: number | undefined;
    readonly bytesReceived: number;
    readonly keysDone: number;
    /** As the snapshot announces it, so far. */
    readonly keysExpected: number | undefined;
    readonly remainingMs: number | undefined;
  };
  readonly read: {
    readonly commandsPerSecond: number;
    readonly bytesPerSecond: number;
    readonly commands: number;
    readonly bytes: number;
  };
  readonly applied: {
    readonly commandsPerSecond: number;
    readonly bytesPerSecond: number;
    readonly commands: number;
    readonly bytes: number;
  };
  readonly offsets: { readonly source: number; readonly received: number; readonly applied: number };
  readonly lag: { readonly bytes: number; readonly seconds: number };
  readonly spool: { readonly bytes: number; readonly diskBytes: number };
  readonly databases: readonly DatabaseCount[];
  /** Faults met so far that healed or are being retried. */
  readonly faults: number;
  readonly rssBytes: number;
}

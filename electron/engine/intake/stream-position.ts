/** A place in the history of a source: everything up to here, and nothing after it. */
export interface StreamPosition {
  readonly replid: string;
  readonly offset: number;
}

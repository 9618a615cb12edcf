/** What a comparison of two servers tells. All of it is plain data, fit for JSON. */

export type DifferenceKind =
  | 'missing-on-target'
  | 'missing-on-source'
  | 'type'
  | 'value'
  | 'ttl'
  /** The expiry of a hash field. */
  | 'field-ttl'
  /** A consumer group of a stream, its consumers or its pending entries. */
  | 'group'
  /** A function library. */
  | 'function';

/** How the two sides differ in one key, in a few words each; long values are cut. */
export interface Finding {
  readonly kind: DifferenceKind;
  readonly source: string;
  readonly target: string;
}

export interface Difference extends Finding {
  /** null for a function library, which belongs to no database. */
  readonly db: number | null;
  /** The key as text, with bytes that are not text escaped (`\xff`); the name of the library for a function. */
  readonly key: string;
}

export interface DatabaseReport {
  readonly db: number;
  /** Keys seen alive on either side, without the tool's own. */
  sourceKeys: number;
  targetKeys: number;
  /** Keys that exist on both sides and whose values were compared. */
  compared: number;
  differing: number;
}

export interface CompareReport {
  readonly equal: boolean;
  readonly databases: readonly DatabaseReport[];
  /** The first of the differences, at most `maxDifferences`. */
  readonly differences: readonly Difference[];
  readonly differencesTotal: number;
  readonly durationMs: number;
}

export interface CompareProgress {
  readonly db: number;
  /** `source`: its keys are compared; `target`: its keys are looked up on the source; `reread`: differences are read again. */
  readonly phase: 'source' | 'target' | 'reread';
  readonly keysDone: number;
  /** The estimate of INFO for the present phase; keys may come and go meanwhile. */
  readonly keysTotal: number;
  /** Differences confirmed so far, in all databases. */
  readonly differences: number;
}

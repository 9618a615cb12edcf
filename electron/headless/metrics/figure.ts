import { Counter, Gauge, type Registry } from 'prom-client';

/** One series of a figure: the values of its own labels, and its value. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A figure that is told of each of something. */
export interface Figure<T> {
  readonly name: string;
  /** What it means, as HELP has it. */
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  /** Its own labels, beside those that name what it is of. */
  readonly labels?: readonly string[];
  /** No sample where it is not known: a figure that is not there is better than one that is wrong. */
  readonly samples: (of: T) => readonly Sample[];
}

export const gauge = <T>(
  name: string,
  help: string,
  of: (one: T) => number | null | undefined,
): Figure<T> => ({
  ...{ name, help, kind: 'gauge' as const },
  samples: (one) => known(of(one)),
});

/** Counts since the run began; a new run begins at 0 again, which whatever computes rates knows. */
export const counter = <T>(
  name: string,
  help: string,
  of: (one: T) => number | null | undefined,
): Figure<T> => ({
  ...{ name: `${name}_total`, help, kind: 'counter' as const },
  samples: (one) => known(of(one)),
});

/** One series for each value that it may have, 1 for the one that it has. */
export const stateSet = <T>(
  name: string,
  help: string,
  label: string,
  values: readonly string[],
  of: (one: T) => string,
): Figure<T> => ({
  ...{ name, help, kind: 'gauge' as const, labels: [label] },
  samples: (one) => values.map((value) => ({ labels: { [label]: value }, value: value === of(one) ? 1 : 0 })),
});

const known = (value: number | null | undefined): Sample[] =>
  value === null || value === undefined || !Number.isFinite(value) ? [] : [{ value }];

/** Writes a figure of all of them into the registry; `labelsOf` names each. */
export function register<T>(
  registry: Registry,
  { name, help, kind, labels = [], samples }: Figure<T>,
  labelNames: readonly string[],
  all: readonly { readonly labels: Readonly<Record<string, string>>; readonly of: T }[],
): void {
  const options = { name, help, labelNames: [...labelNames, ...labels], registers: [registry] };
  const metric = kind === 'gauge' ? new Gauge(options) : new Counter(options);
  for (const { labels: named, of } of all)
    for (const { labels: own, value } of samples(of)) metric.inc({ ...named, ...own }, value);
}

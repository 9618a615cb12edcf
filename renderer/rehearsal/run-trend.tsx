import type { ReactElement } from 'react';
import { formatDuration } from '../../shared/format/numbers.ts';
import type { RehearsalKind } from '../../shared/rehearsal/report.ts';
import { MOST_KEPT_REHEARSALS } from '../../shared/rehearsal/rehearsal-state.ts';
import type { RunSummary } from '../../shared/rehearsal/run-summary.ts';
import { KIND_WORDS } from '../../shared/rehearsal/step-words.ts';
import { SparkLine } from '../components/spark-line.tsx';
import classes from './rehearsal.module.css';

/** What each kind is looked at for over time. */
const FIGURES: Readonly<
  Record<RehearsalKind, { readonly name: string; readonly of: (run: RunSummary) => number | null }>
> = {
  copy: { name: 'full copy', of: ({ copyMs }) => copyMs },
  failover: { name: 'recovery time', of: ({ rtoMs }) => rtoMs },
  cutover: { name: 'time without a server', of: ({ rtoMs }) => rtoMs },
};
/** Fewer show no way. */
const LEAST_RUNS = 3;

/** How the main figure of each kind has gone from run to run. `runs`: newest first. */
export function RunTrend({ runs }: { readonly runs: readonly RunSummary[] }): ReactElement | null {
  const trends = (['copy', 'failover', 'cutover'] as const).flatMap((kind) => {
    const { name, of } = FIGURES[kind];
    const values = runs
      .filter((run) => run.kind === kind)
      .flatMap((run) => of(run) ?? [])
      .toReversed();
    return values.length < LEAST_RUNS ? [] : [{ kind, name, values }];
  });
  if (trends.length === 0) return null;
  return (
    <ul className={classes.trends} aria-label="From run to run">
      {trends.map(({ kind, name, values }) => (
        <li key={kind}>
          <SparkLine values={values} room={MOST_KEPT_REHEARSALS} />
          <span>
            {KIND_WORDS[kind]}: {name} of the last {values.length} runs, from{' '}
            {formatDuration(Math.min(...values))} to {formatDuration(Math.max(...values))}
          </span>
        </li>
      ))}
    </ul>
  );
}

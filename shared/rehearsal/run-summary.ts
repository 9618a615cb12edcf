import { z } from 'zod';
import { formatDuration } from '../format/numbers.ts';
import { rehearsalKindSchema, type RehearsalReport } from './report.ts';
import { judgeRehearsal } from './verdict.ts';

/** What is kept of a run once its report is written. */
export const runSummarySchema = z.object({
  id: z.string(),
  kind: rehearsalKindSchema,
  /** Addresses as they were given, without credentials. */
  source: z.string(),
  target: z.string(),
  atMs: z.number(),
  met: z.boolean(),
  rtoMs: z.number().nullable(),
  /** Of a copy: the furthest behind while in step. */
  rpoSeconds: z.number().nullable(),
  copyMs: z.number().nullable(),
});
export type RunSummary = Readonly<z.infer<typeof runSummarySchema>>;

export function summaryOf(report: RehearsalReport, source: string, target: string): RunSummary {
  const { id, kind, startedAtMs, rtoMs, rpo, lagSeconds, copy, steps } = report;
  const copyMs = steps.reduce((sum, step) => (step.id === 'copy' ? sum + step.tookMs : sum), 0);
  return {
    id,
    kind,
    source,
    target,
    atMs: startedAtMs,
    met: judgeRehearsal(report).met,
    rtoMs,
    rpoSeconds: kind === 'copy' ? (lagSeconds?.worst ?? null) : (rpo?.seconds ?? null),
    copyMs: copy ? copyMs : null,
  };
}

/** The last run of the same kind between the same two addresses; `runs` in any order. */
export const lastOf = (
  runs: readonly RunSummary[],
  { kind, source, target }: Pick<RunSummary, 'kind' | 'source' | 'target'>,
): RunSummary | undefined =>
  runs
    .filter((run) => run.kind === kind && run.source === source && run.target === target)
    .toSorted((a, b) => a.atMs - b.atMs)
    .at(-1);

export interface Change {
  readonly name: string;
  readonly before: string;
  readonly now: string;
}

/** The figures of two runs side by side; what neither has is left out. */
export function describeChange(report: RehearsalReport, last: RunSummary): Change[] {
  const now = summaryOf(report, last.source, last.target);
  const ms = (value: number | null): string => (value === null ? 'not measured' : formatDuration(value));
  const rows: readonly (readonly [string, number | null, number | null])[] = [
    ['Recovery time', last.rtoMs, now.rtoMs],
    [now.kind === 'copy' ? 'Furthest behind in step' : 'Lost data', seconds(last), seconds(now)],
    ['Full copy', last.copyMs, now.copyMs],
  ];
  return [
    { name: 'Goals', before: last.met ? 'met' : 'not met', now: now.met ? 'met' : 'not met' },
    ...rows
      .filter(([, before, after]) => before !== null || after !== null)
      .map(([name, before, after]) => ({ name, before: ms(before), now: ms(after) })),
  ];
}

const seconds = ({ rpoSeconds }: RunSummary): number | null =>
  rpoSeconds === null ? null : rpoSeconds * 1000;

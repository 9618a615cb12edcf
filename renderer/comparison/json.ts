import type { ComparisonState } from '../../shared/contract/api.ts';
import type { CompareReport } from '../../shared/model/comparison.ts';

const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());

/** The whole report with the task's name and the times, as a file for other programs. */
export const comparisonAsJson = (
  task: string,
  { startedAtMs, endedAtMs }: Pick<ComparisonState, 'startedAtMs' | 'endedAtMs'>,
  report: CompareReport,
): string =>
  `${JSON.stringify({ task, startedAt: iso(startedAtMs), endedAt: iso(endedAtMs), ...report }, undefined, 2)}\n`;

import { writeFileSync } from 'node:fs';
import { EXIT, ERROR_CATALOGUE } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../../shared/errors/plain-reason.ts';
import { visibleLines } from '../../../../shared/format/visible.ts';
import { describeGiven } from '../../../../shared/model/endpoint.ts';
import { figuresOf } from '../../../../shared/rehearsal/page/figures.ts';
import { reportPage } from '../../../../shared/rehearsal/page/report-page.ts';
import type { RehearsalReport } from '../../../../shared/rehearsal/report.ts';
import { lastOf, summaryOf, type RunSummary } from '../../../../shared/rehearsal/run-summary.ts';
import { judgeRehearsal } from '../../../../shared/rehearsal/verdict.ts';
import { OWNER_ONLY_FILE } from '../../../backend/owner-only.ts';
import { PairReports } from '../../../backend/rehearsals/pair-reports.ts';
import { sharedFolderOf } from '../../serve/data-folder.ts';
import { reportError } from '../report-error.ts';
import type { RehearseFlags, RehearseOptions } from './rehearse-flags.ts';

const MARKS = { met: 'met', missed: 'MISSED', unknown: 'NOT KNOWN' } as const;

/** Writes and prints what came of a rehearsal, and notes it for the next one. @returns the exit status; @throws LockstepError */
export async function finishRehearsal(
  report: RehearsalReport,
  { spec, report: wanted, json }: RehearseOptions,
  flags: Pick<RehearseFlags, 'dataDir'>,
): Promise<number> {
  const source = describeGiven(spec.source);
  const target = describeGiven(spec.target);
  const last = noteRun(report, summaryOf(report, source, target), flags.dataDir, json);
  const verdict = judgeRehearsal(report);
  if (wanted) {
    const text =
      wanted.form === 'html'
        ? reportPage(report, last)
        : `${JSON.stringify({ ...report, verdict, last: last ?? null }, null, 2)}\n`;
    try {
      writeFileSync(wanted.file, text, { flag: 'wx', mode: OWNER_ONLY_FILE });
    } catch (cause) {
      throw new LockstepError('OUTPUT_UNWRITABLE', `the report: ${plainReason(cause)}`, { cause });
    }
  }
  if (json)
    process.stdout.write(
      `${JSON.stringify({ type: 'rehearsal', ...report, verdict, last: last ?? null })}\n`,
    );
  else process.stdout.write(`${visibleLines(describe(report))}\n`);
  if (report.failure) {
    const { code, fact } = report.failure;
    if (!json) reportError(new LockstepError(code, fact), false);
    return ERROR_CATALOGUE[code].exit;
  }
  return verdict.met ? EXIT.ok : EXIT.goals;
}

function describe(report: RehearsalReport): string {
  const { met, judged } = judgeRehearsal(report);
  return [
    '',
    ...figuresOf(report).map(({ name, value }) => `  ${name}: ${value}`),
    '',
    ...judged.map(({ state, text }) => `  ${MARKS[state]}: ${text}`),
    met ? 'The goals were met.' : 'The goals were not met.',
    report.afterwards,
  ].join('\n');
}

/** @returns the run before this one. That it cannot be kept is told, and no reason to lose the report. */
function noteRun(
  report: RehearsalReport,
  run: RunSummary,
  dataDir: string | undefined,
  json: boolean,
): RunSummary | undefined {
  try {
    const pairs = new PairReports(sharedFolderOf(dataDir, process.env));
    const last = lastOf(pairs.list(run), run);
    if (!pairs.add(run, { report, last: last ?? null })) throw new Error('the report is too large');
    return last;
  } catch (error) {
    if (!json) process.stderr.write(`! This run is not noted for the next one: ${plainReason(error)}\n`);
    return undefined;
  }
}

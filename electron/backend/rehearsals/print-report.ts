import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import { reportPage } from '../../../shared/rehearsal/page/report-page.ts';
import type { ToldRun } from '../../../shared/rehearsal/rehearsal-state.ts';
import type { BackendPorts } from '../ports.ts';

/** A report as PDF, in base 64. @throws LockstepError OUTPUT_UNWRITABLE */
export async function printReport(
  { report, last }: ToldRun,
  { printPage }: Pick<BackendPorts, 'printPage'>,
): Promise<{ readonly pdf: string }> {
  if (!printPage)
    throw new LockstepError(
      'OUTPUT_UNWRITABLE',
      'this host makes no PDF: print the saved report with your browser',
    );
  try {
    const pdf = await printPage(reportPage(report, last ?? undefined));
    return { pdf: Buffer.from(pdf).toString('base64') };
  } catch (cause) {
    throw new LockstepError('OUTPUT_UNWRITABLE', `the PDF did not come out: ${plainReason(cause)}`, {
      cause,
    });
  }
}

import { KIND_WORDS } from '../../shared/rehearsal/step-words.ts';
import { reportPage } from '../../shared/rehearsal/page/report-page.ts';
import type { ToldRun } from '../../shared/rehearsal/rehearsal-state.ts';
import { exportFileName } from '../export/file-name.ts';
import { saveFile } from '../export/save-file.ts';

/** `old-example-6379-to-spare-example-copy-rehearsal-2026-03-01T14-05-09.html` */
export function reportFileName({ report }: ToldRun, extension: string): string {
  const { source, target, kind, startedAtMs } = report;
  const pair = `${source?.address ?? 'source'} to ${target?.address ?? 'target'}`;
  const what = KIND_WORDS[kind].toLowerCase().replaceAll(' ', '-');
  return exportFileName(pair, what, startedAtMs, extension);
}

/** Offers a PDF of the report that came in base 64. */
export const savePdf = (run: ToldRun, base64: string): void =>
  saveFile(reportFileName(run, 'pdf'), 'application/pdf', bytesOf(base64));

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** Offers the report as one page that needs nothing else. */
export const saveReport = (run: ToldRun): void =>
  saveFile(reportFileName(run, 'html'), 'text/html', reportPage(run.report, run.last ?? undefined));

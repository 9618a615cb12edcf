import path from 'node:path';
import {
  MOST_KEPT_REHEARSALS,
  toldRunSchema,
  type ToldRun,
} from '../../../shared/rehearsal/rehearsal-state.ts';
import { runSummarySchema, type RunSummary } from '../../../shared/rehearsal/run-summary.ts';
import { KeptFiles } from '../stores/kept-files.ts';

/** 500 steps, 200 faults and a checklist with who is in its way are far less. */
const MOST_BYTES = 4 * 1024 ** 2;
/** Addresses of eight Sentinels are the longest in the first line. */
const HEAD_BYTES = 16 * 1024;

export type KeptReports = KeptFiles<RunSummary, ToldRun>;

/** Reports of rehearsals on disk, each with what it is compared with; told apart by when they began. */
export const openKeptReports = (dataDir: string): KeptReports =>
  openReports(path.join(dataDir, 'rehearsals'), Infinity);

/** `mostInAll`: of all owners together. */
export const openReports = (folder: string, mostInAll: number): KeptReports =>
  new KeptFiles({
    folder,
    headSchema: runSummarySchema,
    bodySchema: toldRunSchema,
    headBytes: HEAD_BYTES,
    mostBytes: MOST_BYTES,
    most: MOST_KEPT_REHEARSALS,
    mostInAll,
  });

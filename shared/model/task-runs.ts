import type { Activity, ActivityBand, BandStatus } from './activity.ts';

/** One run of a task, from its start to its end, as its activity was recorded. */
export interface RecordedRun {
  readonly fromMs: number;
  /** null while it lasts. */
  readonly toMs: number | null;
  /** `closed`: the application ended; null while it lasts. */
  readonly ended: 'stopped' | 'failed' | 'completed' | 'closed' | null;
  /** Full copies that were under way in it. */
  readonly copies: number;
  readonly inStepMs: number;
  readonly faults: number;
  /** What ended it; null where it was no fault. */
  readonly reason: string | null;
  /** It began before what is kept. */
  readonly cut: boolean;
}

type End = NonNullable<RecordedRun['ended']>;
const ENDS: ReadonlySet<BandStatus> = new Set<BandStatus>(['stopped', 'failed', 'completed', 'closed']);
const isEnd = (status: BandStatus): status is End => ENDS.has(status);

/** A fault is told just before the task is seen to have failed. */
const FAULT_WITHIN_MS = 2000;

/** The runs that are kept, newest first. `nowMs`: until when the last one has lasted. */
export function taskRuns({ bands, faults, keptFromMs }: Activity, nowMs: number): RecordedRun[] {
  const runs: RecordedRun[] = [];
  let under: ActivityBand[] = [];
  const finish = (end: ActivityBand | undefined): void => {
    const [first] = under;
    if (!first) return;
    const toMs = end?.fromMs ?? null;
    const untilMs = toMs ?? nowMs;
    const mine = faults.filter(({ atMs }) => atMs >= first.fromMs && atMs <= untilMs + FAULT_WITHIN_MS);
    runs.push({
      ...{ fromMs: first.fromMs, toMs, ended: end && isEnd(end.status) ? end.status : null },
      copies: new Set(under.flatMap(({ copy }) => copy ?? [])).size,
      inStepMs: under
        .filter(({ status }) => status === 'in-step')
        .reduce((sum, band) => sum + (band.toMs ?? untilMs) - band.fromMs, 0),
      faults: mine.length,
      reason:
        end?.status === 'failed'
          ? (mine.findLast(({ severity }) => severity === 'error')?.text ?? null)
          : null,
      cut: first.fromMs === keptFromMs,
    });
    under = [];
  };
  for (const band of bands) {
    if (isEnd(band.status)) finish(band);
    else under.push(band);
  }
  finish(undefined);
  return runs.toReversed();
}

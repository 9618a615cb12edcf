import { useState, type ReactElement } from 'react';
import { COMPARE_PHASE_WORDS } from '../../shared/format/compare-phase-words.ts';
import { databaseName } from '../../shared/format/database-name.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { describePace, markOf, type PaceMark } from '../../shared/format/remaining.ts';
import { formatPercent } from '../../shared/format/rates.ts';
import type { CompareProgress } from '../../shared/model/comparison.ts';
import { ProgressBar } from '../components/progress-bar.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useAppEvent } from '../state/client.tsx';
import classes from './comparison.module.css';

interface ComparisonProgressProps {
  readonly id: string;
  readonly progress: CompareProgress | null;
  readonly startedAtMs: number | null;
  readonly paused: boolean;
  /** What has to be the same for a pace that was seen to hold on. */
  readonly paceOf: string;
}

/** How far a comparison is, in its present database and phase. */
export function ComparisonProgress(props: ComparisonProgressProps): ReactElement {
  const { id, progress, startedAtMs, paused, paceOf } = props;
  const share =
    progress && progress.keysTotal > 0 ? Math.min(progress.keysDone / progress.keysTotal, 0.999) : null;
  const doing = progress
    ? `Database ${databaseName(progress.db, progress.sourceDb)}: ${COMPARE_PHASE_WORDS[progress.phase]}`
    : 'Connecting to both servers';
  const counted = progress
    ? `${formatCount(progress.keysDone)} of about ${formatCount(Math.max(progress.keysTotal, progress.keysDone))} keys`
    : '';
  return (
    <div className={classes.progress}>
      <div className={classes.progressLine}>
        <span>{doing}</span>
        <span>
          {counted}
          {share !== null && ` · ${formatPercent(share)}`}
        </span>
      </div>
      <ProgressBar label="Comparison" share={share} text={`${doing}. ${counted}`} />
      <div className={classes.progressLine}>
        <span>
          {startedAtMs !== null && (
            <>
              Began at <TimeText atMs={startedAtMs} as="clock" />
            </>
          )}
          {paused ? ', paused' : <TimeLeft key={paceOf} id={id} />}
        </span>
        <strong data-tone={progress && progress.differences > 0 ? 'bad' : undefined}>
          {progress && progress.differences > 0
            ? `${formatCount(progress.differences)} ${progress.differences === 1 ? 'difference' : 'differences'} so far`
            : 'No difference so far'}
        </strong>
      </div>
    </div>
  );
}

/** Seen from the reports themselves: how fast the present phase has been since this page first saw it. */
function TimeLeft({ id }: { readonly id: string }): ReactElement | null {
  const [seen, setSeen] = useState<{ readonly mark: PaceMark; readonly pace: string }>();
  useAppEvent((event) => {
    if (event.type !== 'comparison' || event.state.ownerId !== id || !event.state.progress) return;
    const { progress } = event.state;
    const nowMs = Date.now();
    const mark = markOf(seen?.mark, progress, nowMs);
    setSeen({ mark, pace: describePace(mark, progress, nowMs) });
  });
  return seen === undefined || seen.pace === '' ? null : <>, {seen.pace}</>;
}

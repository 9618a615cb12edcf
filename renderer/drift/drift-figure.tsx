import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useNow } from '../state/now.ts';
import { useTaskPart } from '../task/use-task-part.ts';
import classes from './drift.module.css';
import { driftFigure, driftWords } from './verdict-words.ts';

const pickDrift = ({ drift, phase }: TaskView) => ({ drift, phase });
/** How often the words are looked at again. */
const STEP_MS = 10_000;

/** The difference of the keys without expiry, when it last was 0, and what it means now. */
export function DriftFigure({ id }: { readonly id: string }): ReactElement | null {
  const picked = useTaskPart(id, pickDrift);
  const nowMs = useNow(STEP_MS);
  if (!picked) return null;
  const { drift, phase } = picked;
  const { value, tone } = driftFigure(drift);
  const words = driftWords(drift, phase, nowMs);
  return (
    <Panel title="Difference of the keys without expiry">
      <div className={classes.top}>
        <div>
          <p className={classes.number} data-tone={tone}>
            {value}
          </p>
          <p className={classes.caption}>
            {drift.lastZeroAtMs === null ? (
              'It has not been 0 yet.'
            ) : (
              <>
                Last 0 <TimeText atMs={drift.lastZeroAtMs} />
              </>
            )}
          </p>
          {drift.expiringDifference !== null && (
            <p className={classes.caption}>
              Keys with expiry differ by {formatCount(drift.expiringDifference)}.
            </p>
          )}
        </div>
        <div className={classes.verdict}>
          <NoticeBox tone={words.tone} title={words.title}>
            <p>{words.text}</p>
          </NoticeBox>
        </div>
      </div>
    </Panel>
  );
}

import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useTaskPart } from '../task/use-task-part.ts';
import classes from './drift.module.css';
import { driftFigure, VERDICT_WORDS } from './verdict-words.ts';

const pickDrift = ({ drift }: TaskView) => drift;

/** The difference of the keys without expiry, when it last was 0, and what it means now. */
export function DriftFigure({ id }: { readonly id: string }): ReactElement | null {
  const drift = useTaskPart(id, pickDrift);
  if (!drift) return null;
  const { value, tone } = driftFigure(drift);
  const words = VERDICT_WORDS[drift.verdict];
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

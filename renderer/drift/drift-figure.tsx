import type { ReactElement } from 'react';
import { driftFigure, moreWords, SAYING_WORDS } from '../../shared/format/drift-words.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { formatAge } from '../../shared/format/times.ts';
import type { ComparedStanding } from '../../shared/model/judgement.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useJudged } from '../state/judgement.ts';
import classes from './drift.module.css';

/** The difference of the keys without expiry, how old it is, when it last was 0, and what it means. */
export function DriftFigure({ id }: { readonly id: string }): ReactElement | null {
  const judged = useJudged(id);
  if (!judged) return null;
  const { task, judgement } = judged;
  const { drift, ages, compared } = judgement;
  const { saying, tone } = drift;
  const words = SAYING_WORDS[saying];
  const { lastZeroAtMs, expiringDifference } = task.drift;
  return (
    <Panel title="Difference of the keys without expiry">
      <div className={classes.top}>
        <div>
          <p
            className={classes.number}
            data-tone={saying === 'found' ? 'calm' : tone}
            data-age={ages.counts.kind}
          >
            {driftFigure(drift)}
          </p>
          {drift.more !== null && <p className={classes.caption}>{capital(moreWords(drift))}</p>}
          {ages.counts.kind === 'old' && (
            <p className={classes.caption}>Counted {formatAge(ages.counts.forMs)}</p>
          )}
          <p className={classes.caption}>
            {drift.difference === 0 && ages.counts.kind === 'now' ? (
              'Equal now'
            ) : lastZeroAtMs === null ? (
              'Not equal yet'
            ) : (
              <>
                Last equal <TimeText atMs={lastZeroAtMs} />
              </>
            )}
          </p>
          {expiringDifference !== null && (
            <p className={classes.caption}>Keys with expiry differ by {formatCount(expiringDifference)}.</p>
          )}
        </div>
        <div className={classes.verdict}>
          <NoticeBox tone={tone} title={words.title}>
            {saying === 'found' && compared && <Found {...compared} />}
            <p>{words.text}</p>
          </NoticeBox>
        </div>
      </div>
    </Panel>
  );
}

const Found = ({ differences, endedAtMs }: ComparedStanding): ReactElement => (
  <p>
    {formatCount(differences)} {differences === 1 ? 'difference' : 'differences'}, found{' '}
    <TimeText atMs={endedAtMs} />.
  </p>
);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

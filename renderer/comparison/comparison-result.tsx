import type { ReactElement } from 'react';
import { describeLeftOut } from '../../shared/format/left-out.ts';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { formatCount, formatDuration } from '../../shared/format/numbers.ts';
import type { CompareReport } from '../../shared/model/comparison.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { TimeText } from '../components/time-text.tsx';
import classes from './comparison.module.css';
import { ComparedDatabases } from './compared-databases.tsx';
import { Differences } from './differences.tsx';

interface ComparisonResultProps {
  readonly id: string;
  readonly state: ComparisonState;
  readonly report: CompareReport;
}

/** What a comparison found: equal, or the keys that differ. */
export function ComparisonResult({ id, state, report }: ComparisonResultProps): ReactElement {
  const compared = report.databases.reduce((sum, database) => sum + database.compared, 0);
  const { differencesTotal: differing } = report;
  return (
    <div className={classes.result}>
      <NoticeBox
        role="status"
        tone={report.equal ? 'good' : 'bad'}
        title={
          report.equal
            ? 'Both sides are equal'
            : `${formatCount(differing)} ${differing === 1 ? 'difference' : 'differences'}`
        }
      >
        <p>
          The values of {formatCount(compared)} keys were compared in {formatDuration(report.durationMs)}
          {state.endedAtMs !== null && (
            <>
              , done at <TimeText atMs={state.endedAtMs} as="clock" />
            </>
          )}
          .{' '}
          {report.equal
            ? 'Nothing differs.'
            : 'Keys that changed meanwhile were read again and are not counted.'}
        </p>
        <p>{describeLeftOut(report)}</p>
      </NoticeBox>
      {report.differences.length > 0 && <Differences id={id} state={state} report={report} />}
      <ComparedDatabases databases={report.databases} />
    </div>
  );
}

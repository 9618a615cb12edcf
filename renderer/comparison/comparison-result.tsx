import type { ReactElement } from 'react';
import { describeLeftOut } from '../../shared/format/left-out.ts';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { formatCount, formatDuration } from '../../shared/format/numbers.ts';
import type { CompareReport } from '../../shared/model/comparison.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { TimeText } from '../components/time-text.tsx';
import classes from './comparison.module.css';
import { ComparedDatabases } from './compared-databases.tsx';
import { ComparedShards } from './compared-shards.tsx';
import { ComparedSlots } from './compared-slots.tsx';
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
        tone={report.equal ? 'good' : differing === 0 ? 'warn' : 'bad'}
        title={verdictOf(report)}
      >
        <p>
          The values of {formatCount(compared)} keys were compared in {formatDuration(report.durationMs)}
          {state.endedAtMs !== null && (
            <>
              , done at <TimeText atMs={state.endedAtMs} as="clock" />
            </>
          )}
          .{' '}
          {differing === 0
            ? 'Nothing differs.'
            : 'Keys that changed meanwhile were read again and are not counted.'}
        </p>
        <p>{describeLeftOut(report)}</p>
      </NoticeBox>
      {report.differences.length > 0 && <Differences id={id} state={state} report={report} />}
      <ComparedSlots report={report.slots} />
      <ComparedDatabases databases={report.databases} />
      <ComparedShards side="source" shards={report.shards.source} />
      <ComparedShards side="target" shards={report.shards.target} />
    </div>
  );
}

function verdictOf({ equal, differencesTotal }: CompareReport): string {
  if (equal) return 'Both sides are equal';
  if (differencesTotal === 0) return 'No difference was found, and some slots did not stand still';
  return `${formatCount(differencesTotal)} ${differencesTotal === 1 ? 'difference' : 'differences'}`;
}

import type { ReactElement } from 'react';
import { describeLeftOut } from '../../shared/format/left-out.ts';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { formatCount, formatDuration } from '../../shared/format/numbers.ts';
import type { CompareReport } from '../../shared/model/comparison.ts';
import { replacedSince } from '../../shared/model/judgement.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useTaskPart } from '../task/use-task-part.ts';
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

const pickRenewed = ({ renewed }: TaskView) => renewed;

/** Of a comparison that says nothing of what the two sides hold now. */
const BEFORE_WORDS = {
  copy: {
    title: 'before the last full copy',
    text: 'A full copy has replaced what the target holds since then, or while it was compared. Compare again to know how it is now.',
  },
  servers: {
    title: 'between other servers',
    text: 'The task has been given another server since then. Compare again to know how it is now.',
  },
} as const;

/** What a comparison found: equal, or the keys that differ. */
export function ComparisonResult({ id, state, report }: ComparisonResultProps): ReactElement {
  const compared = report.databases.reduce((sum, database) => sum + database.compared, 0);
  const { differencesTotal: differing } = report;
  const renewed = useTaskPart(id, pickRenewed) ?? null;
  const replacedBy = replacedSince(state.startedAtMs, renewed);
  return (
    <div className={classes.result}>
      <NoticeBox
        role="status"
        tone={replacedBy ? 'calm' : report.equal ? 'good' : differing === 0 ? 'warn' : 'bad'}
        title={`${verdictOf(report)}${replacedBy ? ` ${BEFORE_WORDS[replacedBy].title}` : ''}`}
      >
        {replacedBy && <p>{BEFORE_WORDS[replacedBy].text}</p>}
        <p>
          The values of {formatCount(compared)} keys were compared in {formatDuration(report.durationMs)}
          {state.endedAtMs !== null && (
            <>
              , done at <TimeText atMs={state.endedAtMs} as="clock" /> (
              <TimeText atMs={state.endedAtMs} />)
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

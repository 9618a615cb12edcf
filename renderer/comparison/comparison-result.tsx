import type { ReactElement } from 'react';
import { describeLeftOut } from '../../shared/format/left-out.ts';
import type { ComparisonState } from '../../shared/contract/api.ts';
import { formatCount, formatDuration } from '../../shared/format/numbers.ts';
import { describeSample } from '../../shared/format/sample-words.ts';
import { describeVerdict } from '../../shared/format/verdict-words.ts';
import type { CompareReport, Difference } from '../../shared/model/comparison.ts';
import { replacedSince } from '../../shared/model/judgement.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useTaskPart } from '../task/use-task-part.ts';
import type { Changes } from './changes.ts';
import classes from './comparison.module.css';
import { ComparedDatabases } from './compared-databases.tsx';
import { ComparedShards } from './compared-shards.tsx';
import { ComparedSlotMap } from './compared-slot-map.tsx';
import { ComparedSlots } from './compared-slots.tsx';
import { ContentsSection } from './contents/contents-section.tsx';
import { Differences, type SelectedKeysOf } from './differences.tsx';
import { PrefixExplorer } from './map/prefix-explorer.tsx';

/** An earlier comparison, and what has changed since. */
export interface Since {
  readonly state: ComparisonState;
  readonly changes: Changes;
}

interface ComparisonResultProps {
  readonly id: string;
  readonly name: string;
  readonly state: ComparisonState;
  readonly report: CompareReport;
  readonly since: Since | undefined;
  readonly onOpenKey: ((difference: Difference) => void) | undefined;
  readonly selectedKeys: SelectedKeysOf | undefined;
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
  restart: {
    title: 'before Lockstep was started',
    text: 'What has become of both sides while it was closed is not known. Names of keys were kept, what either side held was not. Compare again to know how it is now.',
  },
} as const;

/** What a comparison found: equal, or the keys that differ. */
export function ComparisonResult(props: ComparisonResultProps): ReactElement {
  const { id, name, state, report, since, onOpenKey, selectedKeys } = props;
  const { differencesTotal: differing, byPrefix } = report;
  const renewed = useTaskPart(id, pickRenewed) ?? null;
  const replacedBy = replacedSince(state.startedAtMs, renewed) ?? (state.restored ? 'restart' : null);
  const list = (within: readonly Difference[]): ReactElement => (
    <Differences
      name={name}
      state={state}
      report={report}
      within={within}
      changes={since?.changes}
      onOpenKey={onOpenKey}
      selectedKeys={selectedKeys}
    />
  );
  return (
    <div className={classes.result}>
      <NoticeBox
        role="status"
        tone={replacedBy ? 'calm' : report.equal ? 'good' : differing === 0 ? 'warn' : 'bad'}
        title={`${describeVerdict(report)}${replacedBy ? ` ${BEFORE_WORDS[replacedBy].title}` : ''}`}
      >
        {replacedBy && <p>{BEFORE_WORDS[replacedBy].text}</p>}
        {report.sample && <p>{describeSample(report.sample)}.</p>}
        <p>
          {state.between && `${state.between.source} with ${state.between.target}: `}
          {lookedAt(report)} in {formatDuration(report.durationMs)}
          {state.endedAtMs !== null && (
            <>
              , done at <TimeText atMs={state.endedAtMs} as="clock" /> (
              <TimeText atMs={state.endedAtMs} />)
            </>
          )}
          .{' '}
          {differing > 0 && report.level !== 'count'
            ? 'Keys that changed meanwhile were read again and are not counted.'
            : ''}
        </p>
        {since && <p>{describeChanges(since)}</p>}
        <p>{describeLeftOut(report)}</p>
      </NoticeBox>
      {byPrefix ? (
        <PrefixExplorer report={report} byPrefix={byPrefix}>
          {list}
        </PrefixExplorer>
      ) : (
        report.differences.length > 0 && list(report.differences)
      )}
      <ContentsSection
        contents={report.contents}
        ofSample={report.sample !== undefined && report.sample.share < 1}
        ofCluster={report.shards.source.length > 0 || report.shards.target.length > 0}
      />
      <ComparedDatabases databases={report.databases} level={report.level} />
      <ComparedSlots report={report.slots} />
      <ComparedSlotMap state={state} report={report} />
      <ComparedShards side="source" shards={report.shards.source} />
      <ComparedShards side="target" shards={report.shards.target} />
    </div>
  );
}

function lookedAt({ level, databases }: CompareReport): string {
  const of = (what: 'sourceKeys' | 'targetKeys' | 'compared'): string =>
    formatCount(databases.reduce((sum, database) => sum + database[what], 0));
  switch (level) {
    case 'count':
      return `${of('sourceKeys')} keys on the source and ${of('targetKeys')} on the target were counted`;
    case 'names':
      return `the names of ${of('sourceKeys')} keys on the source and ${of('targetKeys')} on the target were compared`;
    case 'values':
    case 'sample':
      return `the values of ${of('compared')} keys were compared`;
  }
}

function describeChanges({ state, changes: { fresh, gone, still, exact } }: Since): ReactElement {
  return (
    <>
      <strong>
        {formatCount(fresh.length)} new, {formatCount(gone.length)} gone
      </strong>
      , {formatCount(still)} as before, since{' '}
      {state.endedAtMs !== null && <TimeText atMs={state.endedAtMs} as="clock" />}
      {exact ? '' : ', of those that are listed: of more than 10,000 differences only the first are'}.
    </>
  );
}

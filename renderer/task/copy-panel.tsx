import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatBytes, formatCount, formatKeys, formatDuration } from '../../shared/format/numbers.ts';
import { formatByteRate, formatPercent } from '../../shared/format/rates.ts';
import { activityOf } from '../../shared/model/task-status.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { Panel } from '../components/panel.tsx';
import { ProgressBar } from '../components/progress-bar.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useTask } from '../state/tasks.ts';
import { copyProgress, finishedCopy, type CopyBar } from './copy-model.ts';
import { useTaskPart } from './use-task-part.ts';
import classes from './copy-panel.module.css';

const pickStage = (task: TaskView): 'none' | 'copying' | 'copied' => {
  if (finishedCopy(task.timeline)) return 'copied';
  const within = task.timeline.findLast(({ phase }) => phase !== 'paused' && phase !== 'reconnecting');
  return within?.phase === 'full-copy' && task.metrics ? 'copying' : 'none';
};

/** How far the full copy is; afterwards one line of what it was. */
export function CopyPanel({ id }: { readonly id: string }): ReactElement | null {
  const stage = useTaskPart(id, pickStage);
  if (stage === 'copying') return <Copying id={id} />;
  return stage === 'copied' ? <Copied id={id} /> : null;
}

function Copying({ id }: { readonly id: string }): ReactElement | null {
  const task = useTask(id);
  if (!task?.metrics) return null;
  const { bytes, keys, receivedBytes, bytesPerSecond, remainingMs } = copyProgress(task.metrics);
  const running = activityOf(task) === 'full-copy';
  const rate = running ? formatByteRate(bytesPerSecond) : 'not running at the moment';
  const left =
    running && remainingMs !== null ? `, about ${formatDuration(Math.max(1000, remainingMs))} left` : '';
  return (
    <Panel title="Full copy">
      <div className={classes.bars}>
        <Bar name="Bytes applied" bar={bytes} format={formatBytes} estimated={false} running={running} />
        <Bar name="Keys applied" bar={keys} format={formatCount} estimated running={running} />
      </div>
      <Text size="sm" className={classes.line}>
        {rate}
        {left}; {formatBytes(receivedBytes)} received from the source, {formatBytes(bytes.done)} applied.
        {bytes.total === null && ' The source sends its snapshot without telling its size beforehand.'}
      </Text>
    </Panel>
  );
}

interface BarProps {
  readonly name: string;
  readonly bar: CopyBar;
  readonly format: (value: number) => string;
  /** The total is the source's own count, which may have changed meanwhile. */
  readonly estimated: boolean;
  readonly running: boolean;
}

function Bar({ name, bar, format, estimated, running }: BarProps): ReactElement {
  const { done, total, share } = bar;
  const of =
    total === null
      ? `${format(done)} so far`
      : `${format(done)} of ${estimated ? 'about ' : ''}${format(total)}`;
  return (
    <div>
      <div className={classes.label}>
        <span>{name}</span>
        <span>
          {of}
          {share !== null && ` · ${formatPercent(share)}`}
        </span>
      </div>
      <ProgressBar
        label={name}
        share={share}
        text={share === null ? `${of}, the total is not known` : of}
        moving={running}
      />
    </div>
  );
}

const pickCopied = ({ timeline, metrics }: TaskView) => ({
  finished: finishedCopy(timeline),
  keys: metrics?.copy.keysDone ?? 0,
  bytes: metrics?.copy.bytesDone ?? 0,
});

function Copied({ id }: { readonly id: string }): ReactElement | null {
  const copied = useTaskPart(id, pickCopied);
  if (!copied?.finished) return null;
  const { finished, keys, bytes } = copied;
  return (
    <Text size="sm" c="dimmed">
      Full copy: {keys > 0 && `${formatKeys(keys)}`}
      {keys > 0 && bytes > 0 && ', '}
      {bytes > 0 && `${formatBytes(bytes)} of snapshot`}
      {keys + bytes > 0 && ', '}
      took {formatDuration(finished.tookMs)}, done at <TimeText atMs={finished.endedAtMs} as="clock" />.
    </Text>
  );
}

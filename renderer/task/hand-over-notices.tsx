import { Button } from '@mantine/core';
import { Handshake } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { formatBytes } from '../../shared/format/numbers.ts';
import { roughly } from '../../shared/format/times.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import { isAtWork, type TaskView } from '../../shared/model/task-view.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { useNow } from '../state/now.ts';
import { useTask } from '../state/tasks.ts';
import { RELEASE_WORD, useReleaseTask } from '../tasks/release-task.tsx';

/** A source that has been away for so long may be gone for good. */
const SILENT_MS = 2 * 60_000;

/** What can be said of a source while it is away, by the fault that is being retried. Other faults of it are no silence. */
const SILENCE: Readonly<Partial<Record<ErrorCode, string>>> = {
  SOURCE_UNREACHABLE: 'has not answered',
  SOURCE_LINK_LOST: 'has sent nothing',
  SOURCE_NO_MASTER_LINK: 'has had no primary',
  SOURCE_SENTINEL_UNREACHABLE: 'has not been found',
  SOURCE_SENTINEL_PRIMARY: 'has not answered',
};

/** A run ended and has not said that it handed its target over, and nobody has done so since. */
export function LateTarget({ id, target }: Pick<TaskView, 'id' | 'target'>): ReactElement {
  const release = useReleaseTask();
  return (
    <NoticeBox tone="warn" title="Keys on the target may go after their time" role="status">
      <p>
        The last run ended before it could say that the expiry of keys on {addressOf(target)} is exact again:
        some may go up to a day late. Make it exact before the target is used in the place of the source. A
        task that is started again does so when it ends.
      </p>
      <Button
        leftSection={<Handshake size={14} aria-hidden />}
        loading={release.running}
        onClick={() => void release.ask(id)}
      >
        {RELEASE_WORD}
      </Button>
    </NoticeBox>
  );
}

/** For whoever sits in front of a source that does not come back: the way out, as soon as it has been away for minutes. */
export function SilentSource({ id }: { readonly id: string }): ReactElement | null {
  const task = useTask(id);
  const nowMs = useNow();
  const release = useReleaseTask();
  if (!task?.trouble || !isAtWork(task.state) || task.state === 'stopping') return null;
  const { trouble, source, target, targetStanding, metrics } = task;
  const silence = SILENCE[trouble.code];
  const silentMs = nowMs - trouble.atMs;
  if (silence === undefined || silentMs < SILENT_MS || targetStanding !== 'late') return null;
  return (
    <NoticeBox tone="warn" title="If the source is gone for good, hand the target over">
      <p>
        The source {addressOf(source)} {silence} for {roughly(silentMs)}. If it may come back, there is
        nothing to do: the task goes on by itself. If not, {addressOf(target)} can take its place once it is
        handed over: the task stops, and every key there gets its true expiry.{' '}
        {metrics && whatIsThere(metrics)}
      </p>
      <Button
        leftSection={<Handshake size={14} aria-hidden />}
        loading={release.running}
        onClick={() => void release.ask(id)}
      >
        Hand the target over…
      </Button>
    </NoticeBox>
  );
}

function whatIsThere({ offsets }: Metrics): string {
  const waiting = Math.max(0, offsets.received - offsets.applied);
  const missing = Math.max(0, offsets.source - offsets.received);
  const there =
    waiting === 0
      ? 'All that the source had sent is there'
      : `The last ${formatBytes(waiting)} that the source had sent are applied first`;
  return missing === 0
    ? `${there}.`
    : `${there}; another ${formatBytes(missing)} that it is known to have written never came.`;
}

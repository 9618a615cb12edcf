import { Button } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import type { SettingChange } from '../../shared/model/setting-change.ts';
import { isActive, type TaskView } from '../../shared/model/task-view.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useReleaseTask } from '../tasks/release-task.tsx';

interface ChangedSettingsProps {
  readonly task: Pick<TaskView, 'id' | 'state' | 'target'>;
  readonly changes: readonly SettingChange[];
}

/** What the task has changed of its target by CONFIG SET, until when, and the button that undoes it where nothing else will. */
export function ChangedSettings({ task, changes }: ChangedSettingsProps): ReactElement {
  const { id, state, target } = task;
  const release = useReleaseTask();
  const active = isActive(state);
  return (
    <NoticeBox
      tone={active ? 'calm' : 'warn'}
      title={`Changed on ${addressOf(target)} by CONFIG SET`}
      role="status"
    >
      {changes.map((change) => (
        <p key={change.setting}>
          <ChangeWords change={change} />
        </p>
      ))}
      <p>
        {active
          ? 'It is set back when the task ends.'
          : 'The last run ended before it could set it back. A task that is started again does so when it ends; or do it now, which also makes every expiry on the target exact.'}
      </p>
      {!active && (
        <Button
          leftSection={<Undo2 size={14} aria-hidden />}
          loading={release.running}
          onClick={() => void release.ask(id)}
        >
          Set it back now…
        </Button>
      )}
    </NoticeBox>
  );
}

/** `import-mode: no → yes, since 12 min ago` */
export const ChangeWords = ({
  change: { setting, from, to, atMs },
}: {
  readonly change: SettingChange;
}): ReactElement => (
  <>
    <b>{setting}</b>: {from} → {to}, <TimeText atMs={atMs} />
  </>
);

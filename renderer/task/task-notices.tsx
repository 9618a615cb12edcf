import { Button, Group } from '@mantine/core';
import { Pencil, Play, Plus } from 'lucide-react';
import { placesOf } from '../../shared/format/server-place.ts';
import type { ReactElement, ReactNode } from 'react';
import { nextStep, type RestingTask } from '../../shared/model/start-offer.ts';
import { isActive, type TaskView } from '../../shared/model/task-view.ts';
import { formatBytes } from '../../shared/format/numbers.ts';
import { activityOf, GOES_ON } from '../../shared/model/task-status.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { NoticeBox } from '../components/notice-box.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useAction } from '../state/client.tsx';
import { useNewSetup } from '../shell/use-new-setup.ts';
import { navigate } from '../state/route.ts';
import { useTask } from '../state/tasks.ts';
import { useStartTask } from '../tasks/start-task.tsx';
import { startWord } from '../tasks/task-actions.ts';
import { ShrinkQuestion } from './shrink-question.tsx';
import { ChangedSettings } from './changed-settings.tsx';
import { RehearsedNow } from './rehearsed-now.tsx';
import { LateTarget, SilentSource } from './hand-over-notices.tsx';
import { LastingDuration } from './lasting-duration.tsx';
import { PAUSE_EXPLAINED } from '../tasks/more/pause-explained.ts';
import { useTaskPart } from './use-task-part.ts';

const NONE: NonNullable<TaskView['changedSettings']> = [];

const pickNotices = (task: TaskView) => ({
  state: task.state,
  paused: activityOf(task) === 'paused',
  id: task.id,
  foundAt: task.foundAt,
  trouble: task.trouble,
  failure: task.failure,
  moved: task.moved,
  resumeOffered: task.resumeOffered,
  missingSecrets: task.missingSecrets,
  startedAtMs: task.startedAtMs,
  question: task.question,
  name: task.name,
  source: task.source,
  target: task.target,
  targetStanding: task.targetStanding,
  changedSettings: task.changedSettings ?? NONE,
});

/** What somebody has to know or to decide: a fault that is retried, one that was not mended, a task that waits. */
export function TaskNotices({ id }: { readonly id: string }): ReactElement | null {
  const task = useTaskPart(id, pickNotices);
  if (!task) return null;
  const { state, trouble, failure, resumeOffered, missingSecrets, question, name, targetStanding } = task;
  return (
    <>
      <RehearsedNow id={id} />
      {task.changedSettings.length > 0 && <ChangedSettings task={task} changes={task.changedSettings} />}
      {question && <ShrinkQuestion id={id} name={name} question={question} />}
      {trouble && (
        <FaultAlert fault={trouble} places={placesOf(task)} retried>
          <p>
            It has {trouble.giveUpAtMs === null ? 'lasted' : 'been retried'} since{' '}
            <TimeText atMs={trouble.atMs} as="clock" /> (
            <LastingDuration spentMs={0} sinceMs={trouble.atMs} />)
            {trouble.giveUpAtMs === null ? (
              ', and nothing is given up.'
            ) : (
              <>
                {' '}
                and will be until <TimeText atMs={trouble.giveUpAtMs} as="clock" />.
              </>
            )}{' '}
            {GOES_ON.has(trouble.code)
              ? 'The task goes on meanwhile.'
              : 'The task goes on by itself as soon as it is fixed.'}
          </p>
        </FaultAlert>
      )}
      <SilentSource id={id} />
      {state === 'failed' && failure && (
        <FaultAlert fault={failure} places={placesOf(task)}>
          <p>
            The task failed at <TimeText atMs={failure.atMs} as="clock" />. What had been applied by then is
            on the target.
          </p>
          <LeadingOn id={id} task={task} />
        </FaultAlert>
      )}
      {!isActive(state) && targetStanding === 'late' && <LateTarget id={id} target={task.target} />}
      {resumeOffered && <ResumeOffer id={id} />}
      {missingSecrets.length > 0 && (
        <SecretsWanted sides={missingSecrets}>
          {!resumeOffered && <StartButton id={id} word="Enter and start" />}
        </SecretsWanted>
      )}
      {task.paused && <PauseNotice id={id} />}
    </>
  );
}

/** What can sensibly be done after the failure, the first of it in front. */
function LeadingOn({
  id,
  task,
}: {
  readonly id: string;
  readonly task: RestingTask & Pick<TaskView, 'startedAtMs'>;
}): ReactElement {
  const setup = useNewSetup();
  const next = nextStep(task);
  if (next === 'leave')
    return <p>Should that have changed, the menu of its line in the list of tasks can start it.</p>;
  return (
    <Group gap="xs">
      {next === 'settings' && (
        <Button
          variant="filled"
          leftSection={<Pencil size={13} aria-hidden />}
          onClick={() => navigate({ page: 'task', id, tab: 'settings' })}
        >
          Edit the settings
        </Button>
      )}
      {next === 'set-up' && (
        <Button
          variant="filled"
          leftSection={<Plus size={14} aria-hidden />}
          loading={setup.running}
          onClick={() => void setup.begin()}
        >
          Set up another task
        </Button>
      )}
      <StartButton id={id} word={startWord(task)} first={next === 'start'} />
    </Group>
  );
}

function StartButton({
  id,
  word,
  first = true,
}: {
  readonly id: string;
  readonly word: string;
  /** Nothing comes before it. */
  readonly first?: boolean;
}): ReactElement {
  const start = useStartTask();
  return (
    <Button
      variant={first ? 'filled' : 'default'}
      leftSection={<Play size={14} aria-hidden />}
      onClick={() => void start(id)}
    >
      {word}
    </Button>
  );
}

function ResumeOffer({ id }: { readonly id: string }): ReactElement {
  const decline = useAction('task.declineResume');
  return (
    <NoticeBox tone="work" title="This task ran when Lockstep ended" role="status">
      <p>
        It can go on from its checkpoint: what the source has written meanwhile is applied, as long as its
        backlog reaches back that far.
      </p>
      <Group gap="xs">
        <StartButton id={id} word="Resume" />
        <Button loading={decline.running} onClick={() => void decline.run({ id })}>
          Leave it stopped
        </Button>
      </Group>
    </NoticeBox>
  );
}

function SecretsWanted({
  sides,
  children,
}: {
  readonly sides: readonly ('source' | 'target')[];
  readonly children: ReactNode;
}): ReactElement {
  return (
    <NoticeBox
      tone="warn"
      title={`The password of the ${sides.join(' and of the ')} has to be entered again`}
      role="status"
    >
      <p>This machine offers no keychain, so passwords are forgotten when Lockstep ends.</p>
      {children}
    </NoticeBox>
  );
}

function PauseNotice({ id }: { readonly id: string }): ReactElement {
  const task = useTask(id);
  return (
    <NoticeBox tone="calm" title="Nothing is applied at the moment">
      <p>
        {PAUSE_EXPLAINED}{' '}
        {task?.metrics && (
          <>
            {formatBytes(task.metrics.spool.bytes)} of at most {formatBytes(task.spoolMaxBytes)} wait there
            now.
          </>
        )}
      </p>
    </NoticeBox>
  );
}

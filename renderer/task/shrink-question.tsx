import { Button, Group, Text } from '@mantine/core';
import { Square, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatCount, formatKeys } from '../../shared/format/numbers.ts';
import type { TaskQuestion } from '../../shared/model/task-question.ts';
import { useConfirm } from '../components/confirm.tsx';
import { NoticeBox } from '../components/notice-box.tsx';
import { useAction } from '../state/client.tsx';
import { useStopTask } from '../tasks/stop-task.tsx';

export interface ShrinkQuestionProps {
  readonly id: string;
  readonly name: string;
  readonly question: TaskQuestion;
}

/** A task that waits: its source lacks much of what the target holds, and nobody has agreed yet that it goes. */
export function ShrinkQuestion({ id, name, question }: ShrinkQuestionProps): ReactElement {
  const answer = useAction('task.answer');
  const stop = useStopTask();
  const confirm = useConfirm();
  const { snapshotKeys, targetKeys, goneKeys } = question;
  const remove = `Remove ${formatKeys(goneKeys)}`;
  const agree = async (): Promise<void> => {
    const sure = await confirm({
      title: `${remove} from the target?`,
      body: (
        <Text size="sm">
          The target of “{name}” holds {formatKeys(targetKeys)} of this task; the source has{' '}
          {formatKeys(snapshotKeys)}. What is removed cannot be brought back by Lockstep.
        </Text>
      ),
      confirm: remove,
      danger: true,
    });
    if (sure) await answer.run({ id, question, agreed: true });
  };
  return (
    <NoticeBox
      tone="warn"
      title="The source has lost keys: are they to go from the target as well?"
      role="alert"
    >
      <p>
        The source has {formatKeys(snapshotKeys)} now. The target holds {formatKeys(targetKeys)} of this task,
        and a new full copy would remove {formatCount(goneKeys)} of them. Nothing has been changed yet, and
        the task waits.
      </p>
      <p>
        Look at the source first: it may have come back empty, or another server may answer at its address.
        Then the target may hold the only copy.
      </p>
      <Group gap="xs">
        <Button
          leftSection={<Square size={14} aria-hidden />}
          loading={stop.running}
          onClick={() => void stop.ask(id, name)}
        >
          Stop the task
        </Button>
        <Button
          color="red.9"
          leftSection={<Trash2 size={14} aria-hidden />}
          loading={answer.running}
          onClick={() => void agree()}
        >
          Remove them…
        </Button>
      </Group>
    </NoticeBox>
  );
}

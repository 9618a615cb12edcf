import { Button, List, Text } from '@mantine/core';
import { Pause, Play, Square, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatCount } from '../../../shared/format/numbers.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import { useConfirm } from '../../components/confirm.tsx';
import { useTasks } from '../../state/groups.ts';
import { PAUSE_EXPLAINED } from '../more/pause-explained.ts';
import { SEVERAL_ACTIONS, useSeveral, type SeveralAction } from './use-several.ts';

/** More are counted. */
const MOST_NAMED = 12;

const LOOKS: Readonly<Record<SeveralAction, { word: string; Icon: LucideIcon; text: string }>> = {
  start: {
    word: 'Start',
    Icon: Play,
    text: 'Each goes on from its checkpoint where it can, else it begins with a full copy, which replaces what the task has put on its target.',
  },
  pause: { word: 'Pause', Icon: Pause, text: PAUSE_EXPLAINED },
  resume: { word: 'Resume', Icon: Play, text: 'What has waited in the buffer is applied.' },
  stop: {
    word: 'Stop',
    Icon: Square,
    text: 'What the source has written so far is applied first, then the expiry of keys on the target is made exact. After that nothing more is received. Each can be resumed from where it stopped as long as the backlog of its source reaches back that far; after that, a new full copy is made.',
  },
};

/** What those of these tasks that allow it can be told, after a question that names them. */
export function SeveralActions({ ids }: { readonly ids: readonly string[] }): ReactElement {
  const { allowing, busy, run } = useSeveral(ids);
  const confirm = useConfirm();
  const ask = async (action: SeveralAction): Promise<void> => {
    const { word, text } = LOOKS[action];
    const fitting = allowing[action];
    const sure = await confirm({
      title: `${word} ${tasks(fitting.length)}?`,
      body: <Named ids={fitting} text={text} />,
      confirm: `${word} ${tasks(fitting.length)}`,
    });
    if (sure) await run(action);
  };
  return (
    <>
      {SEVERAL_ACTIONS.map((action) => {
        const { word, Icon } = LOOKS[action];
        const count = allowing[action].length;
        return (
          count > 0 && (
            <Button
              key={action}
              size="compact-sm"
              leftSection={<Icon size={13} aria-hidden />}
              loading={busy === action}
              disabled={busy !== undefined && busy !== action}
              onClick={() => void ask(action)}
            >
              {count === ids.length ? word : `${word} ${formatCount(count)}`}
            </Button>
          )
        );
      })}
    </>
  );
}

function Named({ ids, text }: { readonly ids: readonly string[]; readonly text: string }): ReactElement {
  const named = useTasks(ids.slice(0, MOST_NAMED));
  const more = ids.length - named.length;
  return (
    <>
      <List size="sm">
        {named.map((task) => (
          <List.Item key={task.id}>
            <b>{task.name}</b> ({addressOf(task.source)} to {addressOf(task.target)})
          </List.Item>
        ))}
        {more > 0 && <List.Item>and {tasks(more)} more</List.Item>}
      </List>
      <Text size="sm" mt="sm">
        {text}
      </Text>
    </>
  );
}

const tasks = (count: number): string => (count === 1 ? 'one task' : `${formatCount(count)} tasks`);

import { Button, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatDuration, formatKeys } from '../../shared/format/numbers.ts';
import type { RehearsalQuestion, RehearsalState } from '../../shared/rehearsal/rehearsal-state.ts';
import { useConfirm } from '../components/confirm.tsx';
import { NoticeBox } from '../components/notice-box.tsx';
import { sentence } from '../components/sentence.ts';
import { useAction } from '../state/client.tsx';

interface QuestionBoxProps {
  readonly state: RehearsalState;
  readonly question: RehearsalQuestion;
}

/** What the rehearsal waits for, with what each answer does. */
export function QuestionBox({ state, question }: QuestionBoxProps): ReactElement {
  const answer = useAction('rehearsal.answer', { refreshes: ['rehearsal.state'] });
  const confirm = useConfirm();
  const say = (agreed: boolean): void => void answer.run({ id: state.ownerId, question, agreed });
  const { source = 'the source', target = 'the target' } = state.between ?? {};
  const words = wordsOf(question, source, target);
  const agree = async (): Promise<void> => {
    if (words.danger) {
      const { title, body } = words.danger;
      const sure = await confirm({
        title,
        body: <Text size="sm">{body}</Text>,
        confirm: words.agree,
        danger: true,
      });
      if (!sure) return;
    }
    say(true);
  };
  return (
    <NoticeBox tone={words.danger ? 'warn' : 'work'} title={words.title} role="alert">
      <p>{words.text}</p>
      <Group gap="xs">
        <Button
          variant="filled"
          {...(words.danger && { color: 'red.9' })}
          loading={answer.running}
          onClick={() => void agree()}
        >
          {words.agree}
          {words.danger && '…'}
        </Button>
        {words.refuse !== undefined && (
          <Button disabled={answer.running} onClick={() => say(false)}>
            {words.refuse}
          </Button>
        )}
      </Group>
    </NoticeBox>
  );
}

interface QuestionWords {
  readonly title: string;
  readonly text: string;
  readonly agree: string;
  /** Left out where there is nothing to be refused. */
  readonly refuse?: string;
  /** What is destroyed, asked once more. */
  readonly danger?: { readonly title: string; readonly body: string };
}

function wordsOf(question: RehearsalQuestion, source: string, target: string): QuestionWords {
  switch (question.type) {
    case 'cut':
      return {
        title: 'The pair is in step',
        text: `Cut the link to ${source} at a moment of your choice, best while it is written to. From then on it counts as lost; nothing is done to it.`,
        agree: 'Cut the link now',
      };
    case 'free':
      return {
        title: `${target} answers, and is free to be used`,
        text: `Try it with your application. When you end the rehearsal, the pair goes on where it stood if nobody has written to the target and ${source} still keeps what it wrote meanwhile${
          question.reachMs === null
            ? ''
            : `, as it does for about ${formatDuration(question.reachMs)} at the rate of before`
        }; else a new full copy is asked about first.`,
        agree: 'End the rehearsal',
      };
    case 'copy-again': {
      const all = question.keys === null ? 'all' : `all ${formatKeys(question.keys)}`;
      return {
        title: 'To be in step again takes a new full copy',
        text: `${sentence(question.why)} A new copy replaces ${all} that ${target} holds now.`,
        agree: 'Replace by a new copy',
        refuse: 'Leave the target as it is',
        danger: {
          title: `Replace ${all} that ${target} holds?`,
          body: `What was written to ${target} meanwhile is gone then, and cannot be brought back by Lockstep.`,
        },
      };
    }
    case 'clean': {
      const keys = formatKeys(question.keys);
      return {
        title: 'The copy is equal. What is to become of it?',
        text: `${target} was empty before, and holds ${keys} of this copy. Kept, it can become a task that goes on from here.`,
        agree: `Remove ${keys}`,
        refuse: 'Keep the copy',
        danger: {
          title: `Remove ${keys} from ${target}?`,
          body: `Everything that this rehearsal has copied to ${target} is removed. Where others have written to it meanwhile, nothing is. The source is not touched.`,
        },
      };
    }
    case 'cut-over':
      return {
        title: 'Nothing stands in the way',
        text: `Cut over: what ${source} wrote last is applied, ${target} is handed over, and both are compared once more. Then let your clients connect to ${target}.`,
        agree: 'Cut over now',
        refuse: 'Not now, end the rehearsal',
      };
  }
}

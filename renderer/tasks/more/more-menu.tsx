import { ActionIcon, Menu, type ActionIconProps } from '@mantine/core';
import { Copy, Ellipsis, Repeat2, Tag, Terminal } from 'lucide-react';
import { useState, type ReactElement, type ReactNode, type RefObject } from 'react';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { focusAgain } from '../../components/focus-again.ts';
import { useAction } from '../../state/client.tsx';
import { navigate } from '../../state/route.ts';
import { CommandDialog } from './command-dialog.tsx';
import { NamingDialog } from './naming-dialog.tsx';

export interface MoreMenuProps {
  readonly task: Pick<TaskView, 'id' | 'name' | 'sandbox'>;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly looks: Pick<ActionIconProps, 'variant' | 'size'>;
  readonly label: string;
  /** What else can be done, where the menu stands. */
  readonly children: ReactNode;
  readonly last?: ReactNode;
}

type Opened = 'naming' | 'command';

/** The menu of a task: what is done with its set-up, between what else its place offers. */
export function MoreMenu({ task, button, looks, label, children, last }: MoreMenuProps): ReactElement {
  const { id, sandbox } = task;
  const { run } = useAction('draft.create', { refreshes: ['draft.list'] });
  const [opened, setOpened] = useState<Opened>();
  const close = (): void => {
    setOpened(undefined);
    focusAgain(button.current);
  };
  const setUp = async (what: { readonly copyOf: string } | { readonly wayBackOf: string }): Promise<void> => {
    const draft = await run(what);
    if (draft) navigate({ page: 'setup', draftId: draft.id });
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon ref={button} aria-label={label} {...looks}>
            <Ellipsis size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {children}
          <Menu.Item leftSection={<Tag size={14} aria-hidden />} onClick={() => setOpened('naming')}>
            Name and label…
          </Menu.Item>
          {!sandbox && (
            <>
              <Menu.Item
                leftSection={<Copy size={14} aria-hidden />}
                onClick={() => void setUp({ copyOf: id })}
              >
                Duplicate…
              </Menu.Item>
              <Menu.Item
                leftSection={<Repeat2 size={14} aria-hidden />}
                onClick={() => void setUp({ wayBackOf: id })}
              >
                Reverse…
              </Menu.Item>
            </>
          )}
          <Menu.Item leftSection={<Terminal size={14} aria-hidden />} onClick={() => setOpened('command')}>
            Copy as command line…
          </Menu.Item>
          {last}
        </Menu.Dropdown>
      </Menu>
      {opened === 'naming' && <NamingDialog id={id} onClose={close} />}
      {opened === 'command' && <CommandDialog id={id} onClose={close} />}
    </>
  );
}

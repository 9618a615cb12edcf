import { notifications } from '@mantine/notifications';
import { faultWords } from '../../shared/errors/fault-words.ts';
import type { RequestFault } from '../state/fault.ts';
import { sentence } from './sentence.ts';

/** Says in the corner of the window why something was not done. The same fault again replaces the message before. */
export function showFault({ code, fact }: RequestFault): void {
  // Whoever left the question for a name knows that nothing was done.
  if (code === 'PRODUCTION_NAME_NEEDED') return;
  const { title, remedy } = faultWords(code);
  const id = `fault-${code}`;
  notifications.hide(id);
  notifications.show({
    id,
    title,
    message: `${sentence(fact)} ${remedy}`,
    color: 'red',
    autoClose: 12_000,
    withCloseButton: true,
    role: 'alert',
    closeButtonProps: { 'aria-label': 'Close this message' },
  });
}

import { Notification } from 'electron';
import type { Notification as Message } from '../backend/ports.ts';

/** Held until they are closed, or their clicks would be lost; one more lets go of the oldest. */
const MOST_HELD = 20;
const held = new Set<Notification>();

/** Shows messages of the desktop; a click leads to the task. */
export function notifier(showTask: (taskId: string) => void): (message: Message) => void {
  return ({ title, body, taskId }) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    notification.on('click', () => showTask(taskId));
    notification.on('close', () => held.delete(notification));
    notification.on('failed', () => held.delete(notification));
    held.add(notification);
    const [oldest] = held;
    if (held.size > MOST_HELD && oldest) held.delete(oldest);
    notification.show();
  };
}

import { useEffect } from 'react';
import { useAppInfo } from '../state/client.tsx';
import { navigate } from '../state/route.ts';
import { useTaskStore } from '../state/tasks.ts';
import { noteworthy, type Note } from './noteworthy.ts';
import { notificationPermission } from './permission.ts';

/** Shows notifications of the browser while the page is open. The desktop application does so by itself. */
export function useTaskNotifications(): void {
  const info = useAppInfo();
  const wanted = info?.host === 'browser' && info.settings.notifications;
  useEffect(() => {
    if (!wanted) return undefined;
    return useTaskStore.subscribe((now, before) => {
      if (now.byId === before.byId || notificationPermission() !== 'granted') return;
      for (const task of Object.values(now.byId)) {
        const earlier = before.byId[task.id];
        const note = earlier && earlier !== task && noteworthy(earlier, task, Date.now());
        if (note) show(task.id, note);
      }
    });
  }, [wanted]);
}

/** A newer one about the same task takes the place of the one before. */
function show(id: string, { title, text }: Note): void {
  const notification = new Notification(title, { body: text, tag: `lockstep-${id}` });
  notification.addEventListener('click', () => {
    window.focus();
    navigate({ page: 'task', id, tab: 'overview' });
    notification.close();
  });
}

import { useSyncExternalStore } from 'react';

/** Where in the application one is. The address after the # says it, so that a page can be reloaded and gone back to. */
export type Route =
  | { readonly page: 'tasks' }
  | { readonly page: 'setup'; readonly draftId: string }
  /** Two servers without a task. */
  | { readonly page: 'pair'; readonly draftId: string }
  /** Of a task, or of two servers of a set-up. */
  | { readonly page: 'rehearsal'; readonly id: string }
  | { readonly page: 'task'; readonly id: string; readonly tab: TaskTab }
  | { readonly page: 'group'; readonly id: string }
  /** The book of servers. */
  | { readonly page: 'servers' }
  /** One of it, or a new one. */
  | { readonly page: 'server'; readonly id: string }
  | { readonly page: 'settings' };

/** Instead of an id: a server that is being entered. */
export const NEW_SERVER = 'new';

export const TASK_TABS = ['overview', 'drift', 'events', 'settings'] as const;
export type TaskTab = (typeof TASK_TABS)[number];

export function href(route: Route): string {
  switch (route.page) {
    case 'tasks':
      return '#/tasks';
    case 'settings':
      return '#/settings';
    case 'servers':
      return '#/servers';
    case 'server':
      return `#/servers/${encodeURIComponent(route.id)}`;
    case 'setup':
      return `#/setup/${encodeURIComponent(route.draftId)}`;
    case 'pair':
      return `#/compare/${encodeURIComponent(route.draftId)}`;
    case 'rehearsal':
      return `#/rehearse/${encodeURIComponent(route.id)}`;
    case 'group':
      return `#/groups/${encodeURIComponent(route.id)}`;
    case 'task':
      return `#/tasks/${encodeURIComponent(route.id)}/${route.tab}`;
  }
}

/** An address that leads nowhere leads to the list of tasks. */
export function parseRoute(hash: string): Route {
  const [page, id, tab] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded);
  if (page === 'settings') return { page };
  if (page === 'servers') return id ? { page: 'server', id } : { page };
  if (page === 'setup' && id) return { page, draftId: id };
  if (page === 'compare' && id) return { page: 'pair', draftId: id };
  if (page === 'rehearse' && id) return { page: 'rehearsal', id };
  if (page === 'groups' && id) return { page: 'group', id };
  if (page === 'tasks' && id)
    return { page: 'task', id, tab: TASK_TABS.find((it) => it === tab) ?? 'overview' };
  return { page: 'tasks' };
}

/** `replace`: going back skips the page that was left. */
export function navigate(route: Route, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) location.replace(href(route));
  else location.hash = href(route);
}

let last = { hash: '', route: parseRoute('') };

/** The same object as long as the address is the same. */
function currentRoute(): Route {
  const { hash } = location;
  if (last.hash !== hash) last = { hash, route: parseRoute(hash) };
  return last.route;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, currentRoute);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

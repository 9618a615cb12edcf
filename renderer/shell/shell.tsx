import { Suspense, useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { PageLoading } from '../components/page-state.tsx';
import { useTaskNotifications } from '../notifications/use-task-notifications.ts';
import { useAppEvent, useConnectionStatus } from '../state/client.tsx';
import { navigate, useRoute } from '../state/route.ts';
import { AppNotices } from './app-notices.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { CommandPalette } from './palette/command-palette.tsx';
import { usePageTitle } from './page-title.ts';
import classes from './shell.module.css';
import { useNewSetup } from './use-new-setup.ts';

/** What surrounds every page: the way around it by keyboard, the bar at the top, and what has to be told. */
export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const route = useRoute();
  const status = useConnectionStatus();
  const cutOff = status === 'lost' || status === 'shut-out';
  const shown = route.page + ('id' in route ? route.id : 'draftId' in route ? route.draftId : '');
  const main = useFocusOnNewPage(shown);
  const { begin } = useNewSetup();
  usePageTitle(route);
  useTaskNotifications();
  useAppEvent((event) => {
    if (event.type === 'show-task') navigate({ page: 'task', id: event.taskId, tab: 'overview' });
    if (event.type !== 'navigate') return;
    if (event.to === 'new') void begin();
    else navigate({ page: event.to });
  });
  return (
    <div className={classes.shell}>
      <a
        className={classes.skip}
        href="#main"
        onClick={(event) => {
          // The address after the # is the page's own.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <CommandPalette />
      <Header />
      {cutOff && <ConnectionBanner shutOut={status === 'shut-out'} />}
      <main ref={main} id="main" tabIndex={-1} className={classes.main} data-stale={cutOff || undefined}>
        <AppNotices />
        <PageBoundary key={shown}>
          <Suspense fallback={<PageLoading what="page" />}>{children}</Suspense>
        </PageBoundary>
      </main>
    </div>
  );
}

/** Whoever goes to another page by keyboard goes on from its beginning, not from where the link stood. */
function useFocusOnNewPage(page: string): React.RefObject<HTMLElement | null> {
  const ref = useRef<HTMLElement>(null);
  const before = useRef(page);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    ref.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [page]);
  return ref;
}

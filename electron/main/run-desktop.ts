import { app, dialog, nativeTheme, session } from 'electron';
import path from 'node:path';
import { createBackend, type Backend } from '../backend/backend.ts';
import { setApplicationMenu } from './application-menu.ts';
import type { DataFolders } from './data-folder.ts';
import { DesktopApi } from './desktop-api.ts';
import { desktopStores } from './desktop-stores.ts';
import { allowExports } from './downloads.ts';
import type { FaultLog } from './fault-log.ts';
import { openKeychain } from './keychain.ts';
import { Leaving } from './leaving.ts';
import { MainWindow } from './main-window.ts';
import { notifier } from './notify.ts';
import { servePageIpc } from './page-ipc.ts';
import { PAGE_ORIGIN, servePage } from './page-protocol.ts';
import { denyPermissions } from './permissions.ts';
import { printPage } from './print-page.ts';
import { utilityEngines } from './utility-engine.ts';
import { utilitySandbox } from './utility-sandbox.ts';
import { WindowStates } from './window-state.ts';

export interface DesktopOptions extends DataFolders {
  /** The folder of everything that was built. */
  readonly dist: string;
  readonly log: FaultLog;
}

/** Opens the application once Electron is ready. @returns its window */
export function runDesktop({ dist, dataFolder, sharedFolder, log }: DesktopOptions): MainWindow {
  const reportFault = (error: unknown, during: string): void => log.add(during, error);
  const openStore = desktopStores(dataFolder);
  const states = new WindowStates(openStore('window'), (error) => log.add('the state of the window', error));
  nativeTheme.themeSource = states.state.theme;
  servePage(path.join(dist, 'renderer'));
  denyPermissions(session.defaultSession);
  allowExports(session.defaultSession);

  // Opens its files while the window loads its page.
  let backend: Backend | undefined;
  const opening = createBackend({
    host: 'desktop',
    version: app.getVersion(),
    platform: process.platform,
    startEngine: utilityEngines(dist, log),
    openStore,
    dataDir: dataFolder,
    sharedDir: sharedFolder,
    secretBox: openKeychain(),
    defaultSpoolDir: path.join(dataFolder, 'spool'),
    startSandbox: utilitySandbox(dist, log),
    printPage,
    notify: notifier((taskId) => {
      window.show();
      api.lead({ type: 'show-task', taskId });
    }),
  });
  const api = new DesktopApi(opening);
  const followTheme = (theme: 'system' | 'light' | 'dark'): void => {
    nativeTheme.themeSource = theme;
    states.setTheme(theme);
  };

  const window = new MainWindow({
    preload: path.join(dist, 'preload', 'preload.cjs'),
    packaged: app.isPackaged,
    states,
    onContents: (contents) => void servePageIpc(contents, { api, origin: PAGE_ORIGIN, reportFault }),
    mayClose: (closing) => leaving.mayClose(closing),
    onPageGone: (reason, reloaded) => {
      log.add('the page', `its process ended: ${reason}`);
      if (reloaded)
        api.tell(
          'warning',
          'The page was reloaded',
          'Its process ended unexpectedly. The tasks were not affected.',
        );
      else
        dialog.showErrorBox(
          'Lockstep cannot show its page',
          `Its process ends again and again (${reason}). The tasks go on; ${log.file} says more.`,
        );
    },
  });
  const leaving = new Leaving({
    activeTasks: () => backend?.activeTasks() ?? [],
    rehearsals: () => backend?.rehearsals() ?? 0,
    close: async () => {
      await (await opening).close();
    },
    window: () => window.current,
    onFault: (error) => log.add('the end of the application', error),
  });
  setApplicationMenu({
    newTask: () => lead('new'),
    settings: () => lead('settings'),
    tasks: () => lead('tasks'),
    servers: () => lead('servers'),
    dataFolder,
  });
  const lead = (to: 'new' | 'settings' | 'tasks' | 'servers'): void => {
    window.show();
    api.lead({ type: 'navigate', to });
  };
  const onFault = (error: unknown): void => {
    log.add('unexpected', error);
    api.tell('error', 'A fault in Lockstep itself', `The tasks go on. ${log.file} says what happened.`);
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);

  const whenOpen = async (): Promise<void> => {
    backend = await opening;
    backend.onEvent((event) => {
      if (event.type === 'settings') followTheme(event.settings.theme);
    });
  };
  whenOpen().catch((error: unknown) => {
    log.add('the start', error);
    dialog.showErrorBox('Lockstep cannot start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
  window.show();
  return window;
}

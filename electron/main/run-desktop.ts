import { app, dialog, nativeTheme, session } from 'electron';
import path from 'node:path';
import type { Settings } from '../../shared/contract/api.ts';
import { createBackend, type Backend } from '../backend/backend.ts';
import { HIDDEN_SWITCH } from './autostart-entry.ts';
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
import { watchSleep } from './sleep-watch.ts';
import { setStartAtLogin } from './start-at-login.ts';
import { TrayIcon } from './tray/tray-icon.ts';
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
  const hidden = app.commandLine.hasSwitch(HIDDEN_SWITCH.slice(2));
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
    notify: notifier((taskId) => showTask(taskId)),
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
    keepsRunning: () => keepsRunning,
    onFault: (error) => log.add('the end of the application', error),
  });
  setApplicationMenu({
    newTask: () => lead('new'),
    settings: () => lead('settings'),
    tasks: () => lead('tasks'),
    servers: () => lead('servers'),
    dataFolder,
    docsFolder: app.isPackaged ? process.resourcesPath : path.resolve(dist, '..'),
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

  const showTask = (taskId: string): void => {
    window.show();
    api.lead({ type: 'show-task', taskId });
  };
  const tray = new TrayIcon({
    tasks: () => backend?.tasks() ?? [],
    open: () => window.show(),
    showTask,
    quit: () => app.quit(),
  });
  let keepsRunning = false;
  const followRunning = ({ keepRunning }: Settings): void => {
    keepsRunning = keepRunning;
    if (keepRunning) tray.show();
    else tray.remove();
  };
  const followLogin = ({ startAtLogin }: Settings): void => {
    try {
      setStartAtLogin(startAtLogin, process.env);
    } catch (error) {
      log.add('the start with the session', error);
      api.tell('warning', 'Lockstep cannot start with your session', `${log.file} says why.`);
    }
  };

  const whenOpen = async (): Promise<void> => {
    backend = await opening;
    watchSleep(backend);
    const { settings } = await backend.request('app.info', {});
    let atLogin = settings.startAtLogin;
    backend.onEvent((event) => {
      if (event.type !== 'settings') return;
      followTheme(event.settings.theme);
      followRunning(event.settings);
      // Only when it is changed: another application with a folder of its own may have been told otherwise.
      if (event.settings.startAtLogin !== atLogin) followLogin(event.settings);
      atLogin = event.settings.startAtLogin;
    });
    followRunning(settings);
    if (hidden && !keepsRunning) window.show();
  };
  whenOpen().catch((error: unknown) => {
    log.add('the start', error);
    dialog.showErrorBox('Lockstep cannot start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
  if (!hidden) window.show();
  return window;
}

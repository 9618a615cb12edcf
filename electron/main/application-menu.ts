import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  readonly newTask: () => void;
  readonly settings: () => void;
  readonly tasks: () => void;
  readonly servers: () => void;
  /** Of settings and logs. */
  readonly dataFolder: string;
}

const separator: MenuItemConstructorOptions = { type: 'separator' };
const isMac = process.platform === 'darwin';

export function setApplicationMenu(actions: MenuActions): void {
  const settings: MenuItemConstructorOptions = {
    label: 'Settings',
    accelerator: 'CmdOrCtrl+,',
    click: actions.settings,
  };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [applicationMenu(settings)] : []),
      fileMenu(actions, settings),
      { role: 'editMenu' },
      viewMenu(actions),
      { role: 'windowMenu' },
      helpMenu(actions),
    ]),
  );
}

const applicationMenu = (settings: MenuItemConstructorOptions): MenuItemConstructorOptions => ({
  label: app.name,
  submenu: [
    { role: 'about' },
    separator,
    settings,
    separator,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    separator,
    { role: 'quit' },
  ],
});

const fileMenu = (
  actions: MenuActions,
  settings: MenuItemConstructorOptions,
): MenuItemConstructorOptions => ({
  label: '&File',
  submenu: [
    { label: 'New synchronisation', accelerator: 'CmdOrCtrl+N', click: actions.newTask },
    separator,
    ...(isMac ? [{ role: 'close' } as const] : [settings, separator, { role: 'quit' } as const]),
  ],
});

const viewMenu = (actions: MenuActions): MenuItemConstructorOptions => ({
  label: '&View',
  submenu: [
    { label: 'All tasks', accelerator: 'CmdOrCtrl+Shift+T', click: actions.tasks },
    { label: 'Servers', click: actions.servers },
    { role: 'reload' },
    separator,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
    ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
  ],
});

const helpMenu = (actions: MenuActions): MenuItemConstructorOptions => ({
  role: 'help',
  submenu: [
    { label: 'Open the folder of settings and logs', click: () => void shell.openPath(actions.dataFolder) },
    ...(isMac ? [] : [{ role: 'about' } as const]),
  ],
});

import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron';
import path from 'node:path';

export interface MenuActions {
  readonly newTask: () => void;
  readonly settings: () => void;
  readonly tasks: () => void;
  readonly servers: () => void;
  /** Where the pages of the manual lie. */
  readonly docsFolder: string;
  /** Of settings and logs. */
  readonly dataFolder: string;
}

const PAGES = [
  { label: 'Guide', file: 'docs/guide.md' },
  { label: 'Errors, and what to do', file: 'docs/errors.md' },
  { label: 'What has changed', file: 'CHANGELOG.md' },
] as const;

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
    separator,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
    // Tools of its makers.
    ...(app.isPackaged ? [] : ([separator, { role: 'reload' }, { role: 'toggleDevTools' }] as const)),
  ],
});

const helpMenu = (actions: MenuActions): MenuItemConstructorOptions => ({
  role: 'help',
  submenu: [
    ...PAGES.map(({ label, file }) => ({
      label,
      click: () => void shell.openPath(path.join(actions.docsFolder, file)),
    })),
    separator,
    { label: 'Open the folder of settings and logs', click: () => void shell.openPath(actions.dataFolder) },
    ...(isMac ? [] : [{ role: 'about' } as const]),
  ],
});

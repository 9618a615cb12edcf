import { app, BrowserWindow, session } from 'electron';
import path from 'node:path';
import { PAGE_URL, registerPageScheme, servePage } from './page-protocol.ts';

/** dist/, beside the folder that this file is built into. */
const DIST = path.resolve(import.meta.dirname, '..');

let window: BrowserWindow | undefined;

function openWindow(): void {
  window = new BrowserWindow({
    width: 1100,
    height: 720,
    title: 'Lockstep',
    webPreferences: {
      preload: path.join(DIST, 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    },
  });
  window.on('closed', () => (window = undefined));
  // The page is all there is: it neither leaves its origin nor opens another window.
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  void window.loadURL(PAGE_URL);
}

function showWindow(): void {
  if (!window) return openWindow();
  if (window.isMinimized()) window.restore();
  window.focus();
}

function run(): void {
  servePage(path.join(DIST, 'renderer'));
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  app.on('activate', showWindow);
  openWindow();
}

if (app.requestSingleInstanceLock()) {
  registerPageScheme();
  app.on('second-instance', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Not awaited: a top-level await on readiness in an ES module main never ends.
  void app.whenReady().then(run);
} else {
  app.quit();
}

import { app, dialog } from 'electron';
import path from 'node:path';
import { makeOwnerOnlyFolder } from '../backend/owner-only.ts';
import { chooseDataFolders } from './data-folder.ts';
import { FaultLog } from './fault-log.ts';
import type { MainWindow } from './main-window.ts';
import { registerPageScheme } from './page-protocol.ts';
import { runDesktop } from './run-desktop.ts';

/** dist/, beside the folder that this file is built into. */
const DIST = path.resolve(import.meta.dirname, '..');

const folders = chooseDataFolders(process.env);

let window: MainWindow | undefined;

function run(): void {
  const { dataFolder } = folders;
  makeOwnerOnlyFolder(dataFolder);
  window = runDesktop({ dist: DIST, ...folders, log: new FaultLog(path.join(dataFolder, 'logs')) });
}

/** Such as a folder that cannot be written. */
function cannotStart(error: unknown): void {
  dialog.showErrorBox('Lockstep cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}

if (app.requestSingleInstanceLock()) {
  registerPageScheme();
  app.on('second-instance', () => window?.show());
  app.on('activate', () => window?.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Not awaited: a top-level await on readiness in an ES module main never ends.
  void app.whenReady().then(run).catch(cannotStart);
} else {
  app.quit();
}

import { app, BrowserWindow, session } from 'electron';
import path from 'node:path';
import {
  PAGE_ORIGIN,
  PAGE_URL,
  registerPageScheme,
  servePage,
} from '../../../electron/main/page-protocol.ts';
import { servePageIpc } from '../../../electron/main/page-ipc.ts';
import { FixtureApi } from './fixture-api.ts';

/** An application of one window whose backend is the fixture: all else on the way to it is the product's own. */
const HERE = import.meta.dirname;
const FOREIGN_PAGE = 'data:text/html,<title>foreign</title>';

const api = new FixtureApi();
const ends = new Set<() => void>();
api.endConnections = () => {
  for (const end of ends) end();
};

function openWindow(url: string): void {
  const preload = path.join(HERE, 'preload.cjs');
  const window = new BrowserWindow({ webPreferences: { preload, sandbox: true, contextIsolation: true } });
  ends.add(servePageIpc(window.webContents, { api, origin: PAGE_ORIGIN, reportFault: () => undefined }));
  void window.loadURL(url);
}

function run(): void {
  servePage(HERE);
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  openWindow(PAGE_URL);
  openWindow(FOREIGN_PAGE);
}

registerPageScheme();
void app.whenReady().then(run);

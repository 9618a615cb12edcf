import { existsSync } from 'node:fs';
import { hasApt, installWithApt } from './apt.mjs';
import { fallbackElectron } from './electron-fallback.mjs';
import { missingLibraries, officialElectron } from './electron.mjs';
import { withLock } from './lock.mjs';
import { onPath, say } from './project.mjs';

/** The tests have a fallback for Electron, so they wait less for the official one than `npm start`. */
const DOWNLOAD_TIMEOUT_MS = 90_000;

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const CHROMIUM_PLACES = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
};

/**
 * Finds, and where it may installs, what the tests of the window and of the page in a browser need. Each of
 * `electron` (`{ program, version, official }`), `display` and `chromium` (`{ program }`) may instead be
 * `{ missing }`, a reason in a few words. `display` is null where windows need no X server of our own.
 */
export const ensureWindowTools = () => withLock('window-tools', findWindowTools);

async function findWindowTools() {
  installMissing();
  const electron = await testElectron();
  const tools = { electron, display: xServer(), chromium: chromium() };
  for (const tool of Object.values(tools))
    if (tool?.missing !== undefined) say(`TESTS WILL BE SKIPPED: ${tool.missing}`);
  return tools;
}

function installMissing() {
  if (!hasApt()) return;
  const packages = [];
  if (!onPath('Xvfb')) packages.push('xvfb');
  // Electron's libraries are those of Chromium and GTK; a system without fonts would show empty boxes.
  if (!findChromium()) packages.push('chromium', 'fonts-dejavu-core', 'libgtk-3-0');
  if (packages.length > 0) installWithApt(packages);
}

/** The official Electron, else the fallback, else why neither. */
async function testElectron() {
  const official = await officialElectron(DOWNLOAD_TIMEOUT_MS);
  const found = official.missing === undefined ? official : await fallbackElectron();
  if (found.missing !== undefined) return { missing: `${official.missing}, and ${found.missing}` };
  return { missing: missingLibraries(found.program), ...found, official: found === official };
}

function xServer() {
  if (process.platform !== 'linux') return null;
  const program = onPath('Xvfb');
  return program ? { program } : { missing: 'Xvfb is not on PATH (Debian and Ubuntu: package xvfb)' };
}

function chromium() {
  const program = findChromium();
  return program ? { program } : { missing: 'neither Chromium nor Chrome is installed' };
}

function findChromium() {
  for (const name of CHROMIUM_NAMES) {
    const program = onPath(name);
    if (program) return program;
  }
  return CHROMIUM_PLACES[process.platform]?.find((program) => existsSync(program));
}

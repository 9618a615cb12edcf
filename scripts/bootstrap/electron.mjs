import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { inRoot, onPath, say } from './project.mjs';
import { runtimeEnv, runtimeNode } from './runtime.mjs';

/** 120 MB over a slow line. A network that refuses answers at once, one that swallows packets does not. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/**
 * The official Electron that package.json pins, downloaded at its first use: `{ program, version }`, or
 * `{ missing }` with the reason in a few words.
 */
export async function officialElectron(timeoutMs = DOWNLOAD_TIMEOUT_MS) {
  const version = pinnedVersion();
  const ready = programOf(version);
  if (ready) return { program: ready, version };
  return withLock('electron', () => {
    // Another process may have had the lock for just this.
    const failure = programOf(version) ? undefined : download(version, timeoutMs);
    const program = programOf(version);
    if (program) return { program, version };
    return { missing: `Electron ${version} could not be downloaded (${failure ?? 'it is not complete'})` };
  });
}

/** Names the shared libraries that the program asks for and the system does not have; undefined for none. */
export function missingLibraries(program) {
  if (process.platform !== 'linux' || !onPath('ldd')) return undefined;
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  const names = [...(stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name);
  return names.length === 0 ? undefined : `Electron needs what is not installed: ${names.join(', ')}`;
}

const pinnedVersion = () =>
  JSON.parse(readFileSync(inRoot('node_modules/electron/package.json'), 'utf8')).version;

/** Electron's own package writes the name of its program into path.txt as the last thing. */
function programOf(version) {
  const read = (name) => {
    const file = inRoot('node_modules/electron', name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  };
  const program = inRoot('node_modules/electron/dist', read('path.txt') || 'missing');
  return existsSync(program) && read('dist/version').replace(/^v/, '') === version ? program : undefined;
}

function download(version, timeoutMs) {
  say(`downloading Electron ${version}, once…`);
  const { status, stderr, error } = spawnSync(runtimeNode(), [inRoot('node_modules/electron/install.js')], {
    env: runtimeEnv(),
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: timeoutMs,
  });
  if (status === 0) return undefined;
  if (error?.code === 'ETIMEDOUT') return `not within ${timeoutMs / 1000} s`;
  return error?.message ?? stderr.trim().split('\n')[0];
}

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { inRoot, ROOT, say, SetupError } from './project.mjs';

/** Inside node_modules on purpose: whoever removes that folder removes the claim that it is complete. */
const MARK = inRoot('node_modules/.lockstep-installed');

/** Installs what package-lock.json lists unless exactly that is installed already. */
export async function ensureDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');
  if (isInstalled(wanted)) return;
  await withLock('install', () => {
    if (isInstalled(wanted)) return;
    say('installing dependencies…');
    npmCi();
    writeFileSync(MARK, wanted);
  });
}

const isInstalled = (wanted) => existsSync(MARK) && readFileSync(MARK, 'utf8') === wanted;

function npmCi() {
  // No install script of any dependency is needed, so none gets to run.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  // npm.cmd on Windows can only be started through a shell.
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: ROOT, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status === 0) return;
  if (result.error) throw new SetupError(`npm cannot be started: ${result.error.message}`);
  process.stderr.write(result.stdout + result.stderr);
  throw new SetupError('npm ci failed; its messages stand above.');
}

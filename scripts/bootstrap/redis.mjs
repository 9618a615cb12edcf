import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { onPath, say, SetupError } from './project.mjs';

/** Debian's own switch: while it exits with 101, packages do not start services as they are installed. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Makes sure that `redis-server` is on PATH: demo, test and bench run real ones on ports of their own. */
export function ensureRedisServer() {
  if (onPath('redis-server')) return;
  if (process.platform === 'linux' && onPath('apt-get') && process.getuid() === 0) installWithApt();
  else if (process.platform === 'darwin' && onPath('brew')) installWithBrew();
  if (onPath('redis-server')) return;
  throw new SetupError(
    'redis-server is needed and not on PATH. Install it: `sudo apt-get install redis-server` on Debian or ' +
      'Ubuntu, `brew install redis` on a Mac, `sudo dnf install redis` on Fedora.',
  );
}

function installWithApt() {
  say('installing redis-server with apt-get…');
  const withoutServices = !existsSync(POLICY);
  if (withoutServices) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    run('apt-get', ['update', '-qq'], env);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], env);
    // Only the program was wanted, so the machine's next start is not to bring up a server either.
    if (existsSync('/run/systemd/system')) run('systemctl', ['disable', '--now', 'redis-server']);
  } finally {
    if (withoutServices) rmSync(POLICY, { force: true });
  }
}

function installWithBrew() {
  say('installing redis with brew…');
  run('brew', ['install', '--quiet', 'redis']);
}

/** A failure shows its output; whether it matters is decided by redis-server being there afterwards. */
function run(program, args, env = process.env) {
  const result = spawnSync(program, args, { env, encoding: 'utf8' });
  if (result.status === 0) return;
  process.stderr.write((result.stdout ?? '') + (result.stderr ?? ''));
  say(`${program} ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`);
}

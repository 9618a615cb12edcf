import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { onPath, say } from './project.mjs';

/** Debian's own switch: while it exits with 101, packages do not start services as they are installed. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Whether packages can be installed without asking anybody: as root of a Debian or one of its descendants. */
export const hasApt = () =>
  process.platform === 'linux' && onPath('apt-get') !== undefined && process.getuid() === 0;

/** Installs Debian packages and starts none of their services. Whether it worked is for the caller to look at. */
export function installWithApt(packages) {
  say(`installing ${packages.join(', ')} with apt-get…`);
  const withoutServices = !existsSync(POLICY);
  if (withoutServices) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    runInstaller('apt-get', ['update', '-qq'], env);
    runInstaller('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], env);
  } finally {
    if (withoutServices) rmSync(POLICY, { force: true });
  }
}

/** Runs it in silence; a failure shows its output and does not throw. */
export function runInstaller(program, args, env = process.env) {
  const result = spawnSync(program, args, { env, encoding: 'utf8' });
  if (result.status === 0) return;
  process.stderr.write((result.stdout ?? '') + (result.stderr ?? ''));
  say(`${program} ${args.join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`);
}

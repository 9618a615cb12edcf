import { existsSync } from 'node:fs';
import { hasApt, installWithApt, runInstaller } from './apt.mjs';
import { onPath, say, SetupError } from './project.mjs';

/** Makes sure that `redis-server` is on PATH: demo, test and bench run real ones on ports of their own. */
export function ensureRedisServer() {
  if (onPath('redis-server')) return;
  if (hasApt()) {
    installWithApt(['redis-server']);
    // Only the program was wanted, so the machine's next start is not to bring up a server either.
    if (existsSync('/run/systemd/system')) runInstaller('systemctl', ['disable', '--now', 'redis-server']);
  } else if (process.platform === 'darwin' && onPath('brew')) {
    say('installing redis with brew…');
    runInstaller('brew', ['install', '--quiet', 'redis']);
  }
  if (onPath('redis-server')) return;
  throw new SetupError(
    'redis-server is needed and not on PATH. Install it: `sudo apt-get install redis-server` on Debian or ' +
      'Ubuntu, `brew install redis` on a Mac, `sudo dnf install redis` on Fedora.',
  );
}

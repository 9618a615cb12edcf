import { spawn, type ChildProcess } from 'node:child_process';

/** Waits until its input ends, which it does however the process at the other end has ended. */
const SCRIPT = 'cat >/dev/null; kill -9 "$1"; rm -rf -- "$2"';

/**
 * Ends a child process and removes its folder when this process is gone, even when it was killed and could run nothing more.
 * Needs a POSIX shell, which every system with a redis-server has.
 */
export class LastWill {
  private readonly executor: ChildProcess;

  constructor(pid: number, dir: string) {
    // Detached: a Ctrl-C for this process is not to end it before its work.
    this.executor = spawn('sh', ['-c', SCRIPT, 'sh', String(pid), dir], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.executor.on('error', () => undefined);
    this.executor.stdin?.on('error', () => undefined);
  }

  /** The child has ended: its number may soon be another's. */
  revoke(): void {
    this.executor.kill('SIGKILL');
  }
}

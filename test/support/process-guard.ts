import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Reads `+ pid` and `- pid` lines and kills what is left when its input ends, which it does even when the
 * test process is killed outright and gets to run nothing of its own any more.
 */
const GUARD = `
live=' '
while read -r sign pid; do
  case $sign in
    +) live="$live$pid " ;;
    -) live="\${live%% $pid *} \${live#* $pid }" ;;
  esac
done
for pid in $live; do kill -9 "$pid"; done`;

let guard: ChildProcess | undefined;

function tell(line: string): void {
  if (!guard) {
    // Detached: a Ctrl-C for the test run is not to end the guard before its work.
    guard = spawn('sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    guard.unref();
    guard.stdin?.on('error', () => {});
    (guard.stdin as unknown as { unref(): void }).unref();
  }
  guard.stdin?.write(`${line}\n`);
}

/** From now on the process is killed when this one ends, in whatever way. */
export const guardProcess = (pid: number): void => tell(`+ ${pid}`);

/** To be called when the process has ended: its number may soon be another's. */
export const releaseProcess = (pid: number): void => tell(`- ${pid}`);

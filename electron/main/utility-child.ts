import { utilityProcess } from 'electron';
import { withoutPasswords } from '../backend/without-passwords.ts';

/** More of what a process prints is not kept. */
const MOST_LINE_CHARACTERS = 2000;

/** A utility process of ours. */
export interface UtilityChild {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** `status` is null when it was killed or crashed. */
  onExit(listener: (status: number | null) => void): void;
  kill(): void;
}

/** Starts one; what it prints on stderr goes to `onOutput`. Secrets come over its port, never as arguments. */
export function startUtility(
  entry: string,
  serviceName: string,
  onOutput: (text: string) => void,
): UtilityChild {
  const child = utilityProcess.fork(entry, [], {
    serviceName,
    env: withoutPasswords(process.env),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let ended = false;
  let killed = false;
  child.once('exit', () => (ended = true));
  // Until then it has no process that could be ended.
  child.once('spawn', () => {
    if (killed) endProcess(child.pid);
  });
  child.stderr?.on('data', (chunk: Buffer) =>
    onOutput(chunk.toString('utf8').slice(0, MOST_LINE_CHARACTERS)),
  );
  return {
    send: (message) => {
      if (!ended) child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', (code) => listener(statusOf(code))),
    kill: () => {
      killed = true;
      if (!ended) endProcess(child.pid);
    },
  };
}

/** Electron's own kill asks with SIGTERM, which a process that is stuck may not heed. */
function endProcess(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended already, and its exit is about to be told.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Electron hands on what waitpid says: for a process that was killed or crashed, the signal's number. Ours end with 0,
 * or with 1 after an exception that nobody caught.
 */
const statusOf = (code: number): number | null => (code === 0 || code === 1 ? code : null);

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
  child.once('exit', () => (ended = true));
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
      // child.kill() asks with SIGTERM, which a process that is stuck may not heed.
      if (!ended && child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}

/**
 * Electron hands on what waitpid says: for a process that was killed or crashed, the signal's number. Ours end with 0,
 * or with 1 after an exception that nobody caught.
 */
const statusOf = (code: number): number | null => (code === 0 || code === 1 ? code : null);

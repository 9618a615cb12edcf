import { fork } from 'node:child_process';
import { withoutPasswords } from '../backend/without-passwords.ts';

/** A forked child of ours, with the channel between. */
export interface ForkedProcess {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** `status` is null when a signal ended it, or when it could not be started. */
  onExit(listener: (status: number | null) => void): void;
  kill(): void;
  /** Whether this process stays for it, as it does from the beginning. */
  hold(held: boolean): void;
}

/** Starts the program at `entry`. Its secrets come over the channel, never as arguments. */
export function forkProcess(entry: string): ForkedProcess {
  // Own process group: Ctrl-C in a terminal reaches the command line, which decides when its children stop.
  const child = fork(entry, [], {
    detached: true,
    env: withoutPasswords(process.env),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Without a listener, a process that cannot be started would end this one.
  child.on('error', () => undefined);
  return {
    send: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.on('exit', (status) => listener(status));
      const { exitCode, signalCode } = child;
      if (exitCode !== null || signalCode !== null) process.nextTick(listener, exitCode);
      // It was not even started, so there is no exit to come.
      child.on('error', () => child.pid === undefined && listener(null));
    },
    kill: () => void child.kill('SIGKILL'),
    hold: (held) => {
      if (held) {
        child.ref();
        child.channel?.ref();
      } else {
        child.unref();
        child.channel?.unref();
      }
    },
  };
}

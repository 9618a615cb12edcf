import { sleep, type Clock } from './world/clock.ts';
/** How a process that we started talks to its host, whatever kind of process it is. */
export interface HostPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The host is gone. */
  onClose(listener: () => void): void;
  /** Resolves when all that was sent has left, or cannot leave any more; then the process may end. */
  flushed(): Promise<void>;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** A message in a utility process is handed over within this time; nothing tells when. */
const HAND_OVER_MS = 100;
/** A host that takes nothing for so long takes nothing more. */
const LONGEST_FLUSH_MS = 5000;

/** The port of this process: Electron's parentPort in a utility process, the IPC channel in a forked child. */
export function openPort(clock: Clock): HostPort {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parentPort) return utilityPort(clock, parentPort);
  if (process.send) return forkedPort(clock, process.send.bind(process));
  throw new Error('this process has no host: start it as a utility process or a forked child');
}

function utilityPort(clock: Clock, parentPort: ParentPort): HostPort {
  return {
    send: (message) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
    onClose: (listener) => parentPort.on('close', listener),
    flushed: () => sleep(clock, HAND_OVER_MS),
  };
}

function forkedPort(clock: Clock, send: NonNullable<NodeJS.Process['send']>): HostPort {
  let onTheWay = 0;
  let onFlushed: (() => void) | undefined;
  return {
    send: (message) => {
      onTheWay += 1;
      send(message, undefined, undefined, () => {
        onTheWay -= 1;
        if (onTheWay === 0) onFlushed?.();
      });
    },
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.on('disconnect', listener),
    flushed: () =>
      new Promise((resolve) => {
        if (onTheWay === 0) return resolve();
        onFlushed = resolve;
        clock.setTimeout(resolve, LONGEST_FLUSH_MS).unref();
      }),
  };
}

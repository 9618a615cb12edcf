/** How an engine talks to its host, whatever kind of process it is. */
export interface EnginePort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The host is gone. */
  onClose(listener: () => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** The port of this process: Electron's parentPort in a utility process, the IPC channel in a forked child. */
export function openPort(): EnginePort {
  const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
      onClose: (listener) => parentPort.on('close', listener),
    };
  }
  if (!process.send)
    throw new Error('the engine has no host: start it as a utility process or a forked child');
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.on('disconnect', listener),
  };
}

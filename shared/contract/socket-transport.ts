import type { ClientTransport } from './frames.ts';

/** Where the browser host takes the socket of a page. */
export const SOCKET_PATH = '/socket';

/** What is used of a WebSocket: a browser's own, or that of the package ws. */
export interface SocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const CONNECTING = 0;
const OPEN = 1;

/**
 * Frames as JSON texts on a WebSocket. What is sent while it opens waits; the client's bound on pending requests is
 * the bound on that. A text that is no JSON is passed on as it is, for the client to count.
 */
export function socketTransport(socket: SocketLike): ClientTransport {
  const waiting: string[] = [];
  socket.addEventListener('open', () => {
    for (const text of waiting.splice(0)) socket.send(text);
  });
  return {
    send: (frame) => {
      const text = JSON.stringify(frame);
      if (socket.readyState === CONNECTING) waiting.push(text);
      else if (socket.readyState === OPEN) socket.send(text);
    },
    onFrame: (listener) => socket.addEventListener('message', ({ data }) => listener(parse(data))),
    onClose: (listener) => socket.addEventListener('close', listener),
    close: () => socket.close(),
  };
}

function parse(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}

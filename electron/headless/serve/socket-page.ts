import type { RawData, WebSocket } from 'ws';
import type { PageTransport } from '../../../shared/contract/frames.ts';

/** What may lie unsent on a socket before what can wait is held back. */
const CONGESTED_BYTES = 1024 * 1024;

/** A page at the other end of a WebSocket; frames are JSON texts. */
export function socketPage(socket: WebSocket): PageTransport {
  return {
    send: (frame) => socket.send(JSON.stringify(frame)),
    onFrame: (listener) =>
      void socket.on('message', (data, isBinary) => listener(isBinary ? undefined : parse(data))),
    onClose: (listener) => void socket.on('close', listener),
    isCongested: () => socket.bufferedAmount > CONGESTED_BYTES,
    close: () => socket.close(),
  };
}

/** undefined for what is no JSON; no frame looks like that. */
function parse(data: RawData): unknown {
  try {
    return JSON.parse(String(data)) as unknown;
  } catch {
    return undefined;
  }
}

import type { Socket } from 'node:net';
import type { Clock, Timer } from '../world/clock.ts';

/** How long what the peer sent before it closed is waited for: it lies in this machine's buffers already, or is lost. */
const GRACE_MS = 500;

/**
 * Puts the end of a socket off until everything was read that the peer has sent. A server that refuses us says why and closes;
 * our next write then fails, and Node would drop what has not been read yet, with the reason in it.
 */
export function hearLastWords(socket: Socket, clock: Clock): void {
  const destroy = socket.destroy.bind(socket);
  let broken: Error | undefined;
  let timer: Timer | undefined;
  socket.destroy = (error?: Error): Socket => {
    if (error !== undefined && ofWriting(error) && !socket.destroyed) {
      // What is read meanwhile ends with the peer's own end, which comes here as well.
      broken ??= error;
      timer ??= clock.setTimeout(() => destroy(broken), GRACE_MS);
      return socket;
    }
    clock.clear(timer);
    return destroy(broken ?? error);
  };
}

const ofWriting = (error: Error & { readonly syscall?: unknown; readonly code?: unknown }): boolean =>
  error.syscall === 'write' && (error.code === 'EPIPE' || error.code === 'ECONNRESET');

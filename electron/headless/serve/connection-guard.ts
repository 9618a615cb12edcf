import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connections that have not shown a session: one more closes the oldest, so that nobody's silence keeps others out. */
const MOST_STRANGERS = 32;
/** A stranger is let go after this long, whatever it has sent by then: a browser sends its request at once. */
const STRANGER_MS = 10_000;
/** Connections of browsers that were let in; one more is closed. A browser holds six, and one for each page's socket. */
const MOST_KNOWN = 192;

export interface ConnectionGuardOptions {
  readonly mostStrangers?: number;
  readonly strangerMs?: number;
}

/**
 * Keeps connections of other accounts of this machine from taking the owner's places: every connection begins as a
 * stranger's, and only a request with a session makes it the owner's.
 */
export class ConnectionGuard {
  private readonly strangers = new Map<Socket, NodeJS.Timeout>();
  private readonly known = new Set<Socket>();
  private readonly mostStrangers: number;
  private readonly strangerMs: number;

  constructor(server: Server, options: ConnectionGuardOptions = {}) {
    this.mostStrangers = options.mostStrangers ?? MOST_STRANGERS;
    this.strangerMs = options.strangerMs ?? STRANGER_MS;
    server.on('connection', (socket) => this.meet(socket));
  }

  /** A request of a session came over this connection. */
  recognise(socket: Socket): void {
    if (!this.strangers.has(socket)) return;
    this.forget(socket);
    if (this.known.size >= MOST_KNOWN) socket.destroy();
    else this.known.add(socket);
  }

  private meet(socket: Socket): void {
    const [oldest] = this.strangers.keys();
    if (oldest && this.strangers.size >= this.mostStrangers) this.letGo(oldest);
    this.strangers.set(
      socket,
      setTimeout(() => this.letGo(socket), this.strangerMs),
    );
    socket.once('close', () => {
      this.forget(socket);
      this.known.delete(socket);
    });
  }

  private letGo(socket: Socket): void {
    this.forget(socket);
    socket.destroy();
  }

  private forget(socket: Socket): void {
    clearTimeout(this.strangers.get(socket));
    this.strangers.delete(socket);
  }
}

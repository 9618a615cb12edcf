import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { MAX_REQUEST_BYTES } from '../../../shared/contract/frames.ts';
import { SOCKET_PROTOCOL } from '../../../shared/contract/page-key.ts';
import { SOCKET_PATH } from '../../../shared/contract/socket-transport.ts';
import type { Api } from '../../backend/api.ts';
import { serveConnection, type ConnectionOptions } from '../../backend/connection.ts';
import type { ConnectionGuard } from './connection-guard.ts';
import { isLoopbackHost, isOwnOrigin } from './host-checks.ts';
import type { HostToken } from './host-token.ts';
import type { Sessions } from './sessions.ts';
import { socketPage } from './socket-page.ts';

/** Pages open at once; one more is refused. */
const MOST_SOCKETS = 32;
/** A socket that has not answered a ping by the next one is dead. */
const PING_INTERVAL_MS = 20_000;
const GOING_AWAY = 1001;
/** Private to us: the session of the page has ended. */
const SIGNED_OUT = 4001;
/** A page that does not close its end by then is cut off. */
const CLOSE_WITHIN_MS = 1000;

export interface PageSocketsOptions extends ConnectionOptions {
  readonly server: Server;
  readonly api: Api;
  readonly sessions: Sessions;
  readonly guard: ConnectionGuard;
  readonly token: HostToken;
  readonly pingIntervalMs?: number | undefined;
}

/** Takes the WebSockets of pages that this host served, of programs that have its token, and nobody else's. @returns a function that closes them all */
export function servePageSockets(options: PageSocketsOptions): () => void {
  const { server, api, sessions, guard, token, pingIntervalMs = PING_INTERVAL_MS } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST_BYTES,
    perMessageDeflate: false,
    // Never the key, which would come back in a header.
    handleProtocols: () => SOCKET_PROTOCOL,
  });
  const alive = new WeakSet<WebSocket>();

  const refusal = (request: IncomingMessage): string | undefined => {
    const { headers, url } = request;
    if (!isLoopbackHost(headers.host)) return '421 Misdirected Request';
    if (token.isNamed(headers)) {
      if (!token.admits(headers)) return '401 Unauthorized';
    } else {
      if (!isOwnOrigin(headers)) return '403 Forbidden';
      if (!sessions.admits(headers.cookie, keyOf(request))) return '401 Unauthorized';
    }
    if (url !== SOCKET_PATH) return '404 Not Found';
    if (sockets.clients.size >= MOST_SOCKETS) return '503 Service Unavailable';
    return undefined;
  };

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refused = refusal(request);
    if (refused !== undefined) {
      stream.on('error', () => stream.destroy());
      // Whoever leaves its own end open is not to keep the connection.
      stream.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        stream.destroy(),
      );
      return;
    }
    guard.recognise(request.socket);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      alive.add(socket);
      const signOut = (): void => socket.close(SIGNED_OUT);
      socket.on('close', sessions.join(request.headers.cookie, keyOf(request), signOut));
      socket.on('pong', () => alive.add(socket));
      // Such as a frame that is too large: ws closes the socket by itself.
      socket.on('error', () => undefined);
      serveConnection(api, socketPage(socket), options);
    });
  });

  const pings = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, pingIntervalMs);
  pings.unref();

  return () => {
    clearInterval(pings);
    for (const socket of sockets.clients) {
      socket.close(GOING_AWAY);
      setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS).unref();
    }
    sockets.close();
  };
}

/** The page offers two protocols: ours, and its key. */
const keyOf = ({ headers }: IncomingMessage): string =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol !== SOCKET_PROTOCOL) ?? '';

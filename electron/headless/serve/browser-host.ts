import { createServer, type Server } from 'node:http';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Api } from '../../backend/api.ts';
import type { ConnectionOptions } from '../../backend/connection.ts';
import { answerRequest, type Measured } from './answer-request.ts';
import { ConnectionGuard, type ConnectionGuardOptions } from './connection-guard.ts';
import { OneTimeLinks } from './one-time-links.ts';
import type { HostToken } from './host-token.ts';
import { readPageFiles } from './page-files.ts';
import { servePageSockets } from './page-sockets.ts';
import { Sessions } from './sessions.ts';

export interface BrowserHostOptions extends ConnectionOptions {
  readonly api: Api;
  /** The page as it was built. */
  readonly pageFolder: string;
  /** A loopback address. */
  readonly address: string;
  /** Tried in turn; 0 takes any that is free. */
  readonly ports: readonly number[];
  /** Lets programs in that have it. */
  readonly token: HostToken;
  readonly measured: Measured;
  readonly pingIntervalMs?: number;
  readonly connections?: ConnectionGuardOptions;
}

export interface BrowserHost {
  readonly port: number;
  /** `http://127.0.0.1:7600` */
  readonly origin: string;
  /** A link that opens the page once. */
  newLink(): string;
  /** Lets no browser in any more that was let in before. */
  signOut(): void;
  /** Closes all pages' connections; resolves when nothing listens any more. */
  close(): Promise<void>;
}

/** Serves the page on the loopback interface to browsers that were given a link. @throws LockstepError PORT_TAKEN, USAGE */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { api, address, token, measured, reportFault, pingIntervalMs } = options;
  const server = createServer();
  const guard = new ConnectionGuard(server, options.connections);
  const files = readPageFiles(options.pageFolder);
  const port = await listen(server, address, options.ports);
  const sessions = new Sessions(port);
  const links = new OneTimeLinks();
  const access = { files, links, sessions, guard, token, measured };
  server.on('request', (request, response) => answerRequest(request, response, access));
  const closeSockets = servePageSockets({ server, api, sessions, guard, token, reportFault, pingIntervalMs });
  const origin = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  return {
    port,
    origin,
    newLink: () => `${origin}/open/${links.create()}`,
    signOut: () => sessions.endAll(),
    close: () =>
      new Promise((resolve) => {
        closeSockets();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, address: string, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE'
          ? resolve(true)
          : reject(new LockstepError('USAGE', `${address}, port ${port} cannot be used: ${error.message}`)),
      );
      server.listen(port, address, () => resolve(false));
    });
    server.removeAllListeners('error');
    const bound = server.address();
    if (!taken && bound !== null && typeof bound === 'object') return bound.port;
  }
  throw new LockstepError('PORT_TAKEN', `${address}, port ${ports.join(', ')}`);
}

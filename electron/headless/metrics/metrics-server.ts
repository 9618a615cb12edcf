import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CONTENT_TYPE, exposition } from './exposition.ts';
import type { Health } from './health.ts';
import type { ListenAddress } from './listen-address.ts';
import type { MeasuredTask } from './measured-task.ts';

/** One more is refused: a scraper and a scheduler need two. */
const MOST_CONNECTIONS = 32;
/** Whoever has not sent a whole request by then is let go. */
const REQUEST_WITHIN_MS = 10_000;

export interface MetricsServerOptions {
  readonly listen: ListenAddress;
  readonly version: string;
  readonly tasks: () => readonly MeasuredTask[] | Promise<readonly MeasuredTask[]>;
  readonly health: () => Health;
}

export interface MetricsServer {
  readonly port: number;
  close(): void;
}

/**
 * Answers /metrics for a scraper, /healthz and /readyz for a scheduler, to whoever can reach the address: figures, names of
 * tasks and addresses of servers, never a key, a value or a credential. @throws LockstepError PORT_TAKEN, USAGE
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => void answer(request, response, options));
  server.maxConnections = MOST_CONNECTIONS;
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.headersTimeout = REQUEST_WITHIN_MS;
  const port = await listen(server, options.listen);
  // It is no reason for a command to go on.
  server.unref();
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
  { version, tasks, health }: MetricsServerOptions,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return say(response, 405, 'only GET and HEAD\n');
  const address = url.split('?', 1)[0];
  if (address === '/metrics') return sendMetrics(response, version, tasks);
  const { live, ready, text } = health();
  if (address === '/healthz') return say(response, live ? 200 : 503, `${text}\n`);
  if (address === '/readyz') return say(response, ready ? 200 : 503, `${text}\n`);
  say(response, 404, '/metrics, /healthz and /readyz are here\n');
}

/** Answers a scraper. */
export async function sendMetrics(
  response: ServerResponse,
  version: string,
  tasks: MetricsServerOptions['tasks'],
): Promise<void> {
  try {
    say(response, 200, await exposition(version, await tasks()), CONTENT_TYPE);
  } catch {
    // The scraper notes that it failed; what is wrong with the host its page says.
    say(response, 503, 'the figures cannot be told now\n');
  }
}

function say(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}

function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new LockstepError('PORT_TAKEN', `${host}, port ${port}, for metrics`)
          : new LockstepError('USAGE', `metrics cannot be told at ${host}, port ${port}: ${error.message}`),
      ),
    );
    server.listen(port, host, () => {
      const bound = server.address();
      resolve(bound !== null && typeof bound === 'object' ? bound.port : port);
    });
  });
}

import { request, type IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { SOCKET_PROTOCOL } from '../../shared/contract/page-key.ts';
import { SOCKET_PATH, socketTransport } from '../../shared/contract/socket-transport.ts';
import { startCli, type CliOptions, type RunningCli } from './run-cli.ts';

const LINKS = /http:\/\/\S+\/open\/\S+/g;

/** A running `lockstep serve`, as its user sees it. */
export interface ServeRun {
  readonly cli: RunningCli;
  /** The first part of all its addresses. */
  readonly origin: string;
  readonly port: number;
  /** The link that it printed last. */
  link(): string;
}

/** Starts it on a free port and waits for its link. */
export async function startServe(dataDir: string, options: CliOptions = {}): Promise<ServeRun> {
  const cli = startCli(['serve', '--port', '0', '--data-dir', dataDir], { deadlineMs: 120_000, ...options });
  await cli.printed(/To end:/);
  const link = (): string => cli.output.match(LINKS)?.at(-1) ?? '';
  const { origin, port } = new URL(link());
  return { cli, origin, port: Number(port), link };
}

/** What a browser holds that was let in. */
export interface LetIn {
  readonly cookie: string;
  readonly key: string;
}

/** Uses a link, as the form that it shows does. */
export async function openLink(link: string): Promise<LetIn> {
  const response = await fetch(link, { method: 'POST', headers: { Origin: new URL(link).origin } });
  const cookie = response.headers.get('set-cookie')?.split(';', 1)[0];
  const key = keyIn(await response.text());
  if (cookie === undefined || key === undefined)
    throw new Error(`the link was answered with ${response.status}`);
  return { cookie, key };
}

/** The key that a used link hands over to the page. */
export const keyIn = (body: string): string | undefined =>
  /sessionStorage\.setItem\('lockstep-key', '([\w-]{43})'\)/.exec(body)?.[1];

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a path and headers as they are, which fetch would not. */
export function rawRequest(
  port: number,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Opens a WebSocket. @returns it, or the status with which it was refused */
export function openSocket(
  origin: string,
  headers: Record<string, string>,
  key: string,
  path: string = SOCKET_PATH,
): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, [SOCKET_PROTOCOL, key], {
      headers,
    });
    socket.on('error', () => undefined);
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (sent, { statusCode }) => {
      sent.destroy();
      resolve(statusCode ?? 0);
    });
  });
}

/** A client of the page's contract, let in by the link that was printed last. */
export async function openClient(run: ServeRun): Promise<Client> {
  const { cookie, key } = await openLink(run.link());
  const socket = await openSocket(run.origin, { Cookie: cookie, Origin: run.origin }, key);
  if (typeof socket === 'number') throw new Error(`the socket was refused with ${socket}`);
  return createClient(socketTransport(socket));
}

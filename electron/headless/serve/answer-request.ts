import type { IncomingMessage, ServerResponse } from 'node:http';
import { PAGE_KEY_HEADER, SESSION_PATH } from '../../../shared/contract/page-key.ts';
import { contentSecurityPolicy, FILE_HEADERS, withNonce } from '../../../shared/page-policy.ts';
import { sendMetrics } from '../metrics/metrics-server.ts';
import type { MeasuredTask } from '../metrics/measured-task.ts';
import type { ConnectionGuard } from './connection-guard.ts';
import { isLoopbackHost, isOwnOrigin } from './host-checks.ts';
import type { HostToken } from './host-token.ts';
import type { OneTimeLinks } from './one-time-links.ts';
import type { PageFile } from './page-files.ts';
import { freshNonce, handOverKey, offerEntry, sayPlainly } from './plain-pages.ts';
import type { Sessions } from './sessions.ts';

const OPEN_PATH = '/open/';
const METRICS_PATH = '/metrics';
const INDEX = '/index.html';
const A_YEAR = 'private, max-age=31536000, immutable';

export interface PageAccess {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly links: OneTimeLinks;
  readonly sessions: Sessions;
  readonly guard: ConnectionGuard;
  readonly token: HostToken;
  readonly measured: Measured;
}

/** What is told of the tasks to a scraper that has the token. */
export interface Measured {
  readonly version: string;
  readonly tasks: () => Promise<readonly MeasuredTask[]>;
}

/** Answers one request of a browser: the link, the page, or a sentence that says why not. */
export function answerRequest(request: IncomingMessage, response: ServerResponse, access: PageAccess): void {
  const { headers } = request;
  if (!isLoopbackHost(headers.host))
    return sayPlainly(response, 421, 'Another address', 'Open the address that stands in the terminal.');
  const address = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (address.startsWith(OPEN_PATH))
    return openLink(request, response, access, address.slice(OPEN_PATH.length));
  if (address === SESSION_PATH) return answerSession(request, response, access);
  if (!isRead(request)) return refuseMethod(response, 'GET, HEAD');
  if (address === METRICS_PATH) return tellMetrics(request, response, access);
  if (!access.sessions.has(headers.cookie))
    return sayPlainly(
      response,
      401,
      'A link is needed',
      'Lockstep runs here, but this browser has not been let in. Open the link that stands in the terminal; each works once, and pressing Enter there prints a new one.',
    );
  access.guard.recognise(request.socket);
  const file = access.files.get(address === '/' ? INDEX : address);
  if (!file)
    return sayPlainly(response, 404, 'Nothing here', 'There is no such page. The start page is at /.');
  sendFile(response, file, headers.host);
}

function tellMetrics(request: IncomingMessage, response: ServerResponse, access: PageAccess): void {
  const { token, guard, measured } = access;
  if (!token.admits(request.headers)) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    return sayPlainly(
      response,
      401,
      'A token is needed',
      'It lies in the file token of the folder of this host. With --metrics figures are told at an address of their own, without one.',
    );
  }
  guard.recognise(request.socket);
  void sendMetrics(response, measured.version, measured.tasks);
}

/** Looking at a link offers to use it; only the offer's own form does. */
function openLink(
  request: IncomingMessage,
  response: ServerResponse,
  { links, sessions }: PageAccess,
  token: string,
): void {
  const posts = request.method === 'POST';
  if (!posts && !isRead(request)) return refuseMethod(response, 'GET, HEAD, POST');
  if (posts && !isOwnOrigin(request.headers))
    return sayPlainly(response, 403, 'Not from here', 'Open the link itself, not a page that leads to it.');
  if (!(posts ? links.use(token) : links.isValid(token)))
    return sayPlainly(
      response,
      401,
      'This link is no longer valid',
      'A link works once, within ten minutes. Press Enter in the terminal for a new one.',
    );
  if (!posts) return offerEntry(response);
  const { cookie, key } = sessions.open();
  response.setHeader('Set-Cookie', cookie);
  handOverKey(response, key);
}

/** Tells a page whether it is still let in, and signs its browser out. */
function answerSession(request: IncomingMessage, response: ServerResponse, access: PageAccess): void {
  const { sessions, guard } = access;
  const { method, headers } = request;
  const key = String(headers[PAGE_KEY_HEADER] ?? '');
  const signsOut = method === 'DELETE';
  if (!signsOut && !isRead(request)) return refuseMethod(response, 'GET, HEAD, DELETE');
  // Another site cannot send the header without asking first, and is not answered then.
  const admitted = signsOut ? sessions.end(headers.cookie, key) : sessions.admits(headers.cookie, key);
  if (admitted) guard.recognise(request.socket);
  response.writeHead(admitted ? 204 : 401, { ...FILE_HEADERS, 'Cache-Control': 'no-store' });
  response.end();
}

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed);
  sayPlainly(response, 405, 'Not possible', 'This address can only be read.');
}

function sendFile(response: ServerResponse, file: PageFile, host: string): void {
  const isPage = file.contentType.startsWith('text/html');
  const nonce = freshNonce();
  const content = isPage ? Buffer.from(withNonce(file.content.toString('utf8'), nonce)) : file.content;
  // Not every browser takes 'self' for a socket.
  if (isPage) response.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce, [`ws://${host}`]));
  response.writeHead(200, {
    ...FILE_HEADERS,
    'Content-Type': file.contentType,
    'Content-Length': content.length,
    'Cache-Control': isPage ? 'no-store' : file.unchanging ? A_YEAR : 'no-cache',
  });
  response.end(content);
}

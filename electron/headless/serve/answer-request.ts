import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentSecurityPolicy, FILE_HEADERS, withNonce } from '../../../shared/page-policy.ts';
import { isCrossSite, isLoopbackHost } from './host-checks.ts';
import type { OneTimeLinks } from './one-time-links.ts';
import type { PageFile } from './page-files.ts';
import type { Sessions } from './sessions.ts';

const NONCE_BYTES = 18;
const OPEN_PATH = '/open/';
const INDEX = '/index.html';
const A_YEAR = 'private, max-age=31536000, immutable';

const PLAIN_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface PageAccess {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly links: OneTimeLinks;
  readonly sessions: Sessions;
}

/** Answers one request of a browser: the link, the page, or a sentence that says why not. */
export function answerRequest(request: IncomingMessage, response: ServerResponse, access: PageAccess): void {
  const { headers, method } = request;
  if (!isLoopbackHost(headers.host))
    return sayPlainly(response, 421, 'Another address', 'Open the address that stands in the terminal.');
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return sayPlainly(response, 405, 'Not possible', 'This address can only be read.');
  }
  const address = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (address.startsWith(OPEN_PATH)) return openLink(request, response, access, address);
  if (!access.sessions.has(headers.cookie))
    return sayPlainly(
      response,
      401,
      'A link is needed',
      'Lockstep runs here, but this browser has not been let in. Open the link that stands in the terminal; each works once, and pressing Enter there prints a new one.',
    );
  const file = access.files.get(address === '/' ? INDEX : address);
  if (!file)
    return sayPlainly(response, 404, 'Nothing here', 'There is no such page. The start page is at /.');
  sendFile(response, file, headers.host);
}

function openLink(
  request: IncomingMessage,
  response: ServerResponse,
  { links, sessions }: PageAccess,
  address: string,
): void {
  // A HEAD is somebody's preview of the link, not its use.
  if (request.method !== 'GET' || !links.use(address.slice(OPEN_PATH.length)))
    return sayPlainly(
      response,
      401,
      'This link is no longer valid',
      'A link works once, within ten minutes. Press Enter in the terminal for a new one.',
    );
  response.setHeader('Set-Cookie', sessions.open());
  if (!isCrossSite(request.headers)) {
    response.writeHead(303, { ...PLAIN_HEADERS, Location: '/' });
    response.end();
    return;
  }
  // From a link on another site, such as a terminal in a browser: after a redirect the cookie would be held back.
  response.setHeader('Refresh', '0; url=/');
  sayPlainly(response, 200, 'Lockstep', 'The page opens at once.');
}

function sendFile(response: ServerResponse, file: PageFile, host: string): void {
  const isPage = file.contentType.startsWith('text/html');
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
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

const PLAIN_HEADERS = {
  ...FILE_HEADERS,
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': PLAIN_POLICY,
  'Cache-Control': 'no-store',
};

function sayPlainly(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, PLAIN_HEADERS);
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`,
  );
}
